using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

/// <summary>A synthetic model small enough for a test, in a folder that goes with it.</summary>
internal sealed class TinyModel : IDisposable
{
    /// <summary>Two layers, grouped heads, rows of whole blocks of every type.</summary>
    public static readonly ModelShape Shape = new("tiny", 2, 256, 4, 2, 512, 300, 256);

    private readonly TemporaryFolder folder = new();

    public TinyModel(GgufTensorType type = GgufTensorType.Q4_0)
    {
        Model = new SyntheticModel(Shape, new SyntheticTypes(SyntheticType.All.Single(t => t.Type == type)));
        Path = folder.File("tiny.gguf");
        Model.Write(Path);
    }

    public SyntheticModel Model { get; }

    public string Path { get; }

    public LlamaModel Load(int threads = 1) => LlamaModel.Load(Path, new LlamaModelOptions { Threads = threads });

    public void Dispose() => folder.Dispose();
}
