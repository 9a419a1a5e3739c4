using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

/// <summary>A trained model in every type, against the files that mainline llama-quantize wrote of it.</summary>
[NeedsSharedData]
internal sealed class QuantizeReferenceTests
{
    private const string Prefix = "babyllama361-wide256-";

    private static string[] Types => [.. SharedData.FilesOf("*.gguf", "models", "babyllama", "quants").Select(name => name[Prefix.Length..])];

    [TestCaseSource(nameof(Types))]
    public void EqualsLlamaQuantizesFileByteForByte(string type)
    {
        string reference = SharedData.PathOf("models", "babyllama", "quants", $"{Prefix}{type}.gguf");
        using var folder = new TemporaryFolder();
        Quantizer.Run(SharedData.PathOf("models", "babyllama", $"{Prefix}f32.gguf"), folder.File("out.gguf"), OptionsOf(type, reference));
        Assert.That(File.ReadAllBytes(folder.File("out.gguf")).AsSpan().SequenceEqual(File.ReadAllBytes(reference)));
    }

    /// <summary>The lowest types were made with an importance matrix, under the name that it had then.</summary>
    private static QuantizeOptions OptionsOf(string type, string reference)
    {
        using GgufFile expected = GgufFile.Open(reference);
        string? file = expected.Metadata.Contains("quantize.imatrix.file") ? expected.Metadata.GetString("quantize.imatrix.file") : null;
        return new QuantizeOptions
        {
            Type = QuantizeType.Parse(type),
            Importance = file is null ? null : ImportanceMatrix.Load(SharedData.PathOf("models", "babyllama", "babyllama361-wide256.imatrix.gguf")),
            ImportanceFile = file,
        };
    }
}
