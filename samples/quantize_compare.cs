#:project ../src/LlamaInterop/LlamaInterop.csproj
#:property PublishAot=false

// Quantizes a model to several types and compares what is left of it:
//   dotnet run samples/quantize_compare.cs -- [MODEL.gguf] [TYPE ...]
// Build the kernels before: cmake -S . -B build && cmake --build build

using System.Globalization;
using System.Runtime.CompilerServices;
using LlamaInterop;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Sampling;
using LlamaInterop.Tools;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string Text = """
    Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends. One day, she saw a big
    red ball under a tree. "Look, a ball!" she said. Her friend Tom ran to the tree and picked it up. They threw the ball to each other
    and laughed. Then a small dog came and took the ball in its mouth. The dog ran away, and the children ran after it. "Please give us
    the ball," said Lily. The dog stopped and looked at her. It put the ball down and wagged its tail. Lily was happy. She hugged the
    dog, and they all played together until the sun went down. Lily went home and told her mom about her new friend.
    """;
const string Prompt = "One day, a little dog";

string path = args.ElementAtOrDefault(0) ?? Path.Combine(Folder(), "..", "models", "demo.gguf");
string[] types = args.Length > 1 ? args[1..] : ["q8_0", "q4_k_m"];
DirectoryInfo folder = Directory.CreateTempSubdirectory("quantize-");
try
{
    Console.WriteLine($"{"type",-8} {"MiB",8} {"bits",7} {"perplexity",11}  greedy text");
    Show("(input)", path, Quantizer.Plan(path, new QuantizeOptions { Type = QuantizeType.Copy }));
    foreach (string name in types)
    {
        QuantizeType type = QuantizeType.Parse(name);
        string output = Path.Combine(folder.FullName, $"{type.Name}.gguf");
        QuantizeReport report = Quantizer.Run(path, output, new QuantizeOptions { Type = type, AllowRequantize = true }, new Percent(type.Name));
        Show(type.Name, output, report.Plan);
    }
    return 0;
}
catch (Exception e) when (e is FormatException or GgufException or ModelException or QuantizeException)
{
    Console.Error.WriteLine($"error: {e.Message}");
    return 2;
}
finally
{
    folder.Delete(recursive: true);
}

static void Show(string name, string path, QuantizePlan plan)
{
    var options = new PerplexityOptions { ContextSize = 64 };
    using LlamaModel model = LlamaModel.Load(path, Perplexity.Prepare(new LlamaModelOptions(), options));
    PerplexityResult result = Perplexity.Measure(model, Text, options);
    Completion written = model.Complete(Prompt, maxTokens: 12, echo: true, sampling: new SamplingOptions { Temperature = 0 });
    string text = written.Choices[0].Text.ReplaceLineEndings(" ");
    Console.WriteLine($"{name,-8} {plan.OutputBytes / 1048576.0,8:F2} {plan.BitsPerWeight,7:F3} {result.Perplexity,11:F3}  {text}");
}

static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

internal sealed class Percent(string type) : IProgress<QuantizeProgress>
{
    public void Report(QuantizeProgress value)
    {
        if (!Console.IsErrorRedirected)
            Console.Error.Write($"\r{type}: {value.Fraction:P0}\r");
    }
}
