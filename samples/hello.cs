#:project ../src/LlamaInterop/LlamaInterop.csproj
#:property PublishAot=false

// Writes on from a prompt, a piece at a time:
//   dotnet run samples/hello.cs -- [--backend auto|cpu|cuda|metal] [MODEL.gguf] [PROMPT]
// Build the kernels before: cmake -S . -B build && cmake --build build

using System.Runtime.CompilerServices;
using LlamaInterop;
using LlamaInterop.Sampling;

var rest = new List<string>(args);
var backend = BackendChoice.Auto;
int flag = rest.IndexOf("--backend");
if (flag >= 0 && flag + 1 < rest.Count)
{
    backend = Enum.Parse<BackendChoice>(rest[flag + 1], ignoreCase: true);
    rest.RemoveRange(flag, 2);
}
string path = rest.ElementAtOrDefault(0) ?? Path.Combine(Folder(), "..", "models", "demo.gguf");
string prompt = rest.ElementAtOrDefault(1) ?? "Once upon a time";

using var model = LlamaModel.Load(path, new LlamaModelOptions { Backend = backend });
Console.Error.WriteLine(model.Device);

// A stream, as a chat window would show it.
var options = new GenerationOptions { MaxTokens = 40, Sampling = new SamplingOptions { Seed = 42 } };
Console.Write(prompt);
await foreach (string piece in model.GenerateAsync(prompt, options))
    Console.Write(piece);
Console.WriteLine();

// Or all at once, as Python users know it.
Completion completion = model.Complete("The little dog", maxTokens: 12, stop: ["."], echo: true, new SamplingOptions { Temperature = 0 });
Console.WriteLine(completion.Choices[0].Text);
Console.WriteLine($"{completion.Choices[0].FinishReason}, {completion.Usage.TotalTokens} tokens");

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
