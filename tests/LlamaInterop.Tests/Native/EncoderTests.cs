using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

/// <summary>The blocks that <see cref="Kernels.Quantize"/> writes are those of llama.cpp's quantizer, byte for byte.</summary>
[NeedsSharedData]
internal sealed class EncoderTests
{
    private static readonly LkType[] Encoded =
    [
        LkType.Q4_0, LkType.Q4_1, LkType.Q5_0, LkType.Q5_1, LkType.Q8_0, LkType.Q2_K, LkType.Q3_K, LkType.Q4_K, LkType.Q5_K, LkType.Q6_K,
        LkType.TQ1_0, LkType.TQ2_0, LkType.IQ4_NL, LkType.IQ4_XS, LkType.IQ3_S, LkType.IQ3_XXS, LkType.IQ2_S, LkType.IQ2_XS, LkType.IQ2_XXS, LkType.IQ1_S,
        LkType.IQ1_M,
    ];

    private static IEnumerable<TestCaseData> Fixtures() =>
        from name in SharedData.FilesOf("*_input.bin", "quant-truth", "hf2q-ggml-quants")
        let parts = name.Split('_')
        let type = string.Join('_', parts[..^3]).ToUpperInvariant()
        where Encoded.Any(encoded => encoded.ToString() == type)
        select new TestCaseData(name[..^"_input".Length], Enum.Parse<LkType>(type), int.Parse(parts[^3]), parts[^2] == "im").SetArgDisplayNames(name);

    [TestCaseSource(nameof(Fixtures))]
    public void WritesTheBlocksOfGgmlQuantizeChunk(string name, object type, int width, bool weighted)
    {
        var source = MemoryMarshal.Cast<byte, float>(ReadFixture(name + "_input"));
        var expected = ReadFixture(name + "_expected");
        var written = new byte[expected.Length];
        Kernels.Quantize((LkType)type, source, weighted ? FixtureImportance(width) : [], written, width);
        Assert.That(written, Is.EqualTo(expected));
    }

    private static byte[] ReadFixture(string name) => File.ReadAllBytes(SharedData.PathOf("quant-truth", "hf2q-ggml-quants", name + ".bin"));

    /// <summary>The fixtures' factors as their README defines them: magnitudes of mulberry32 in [-1, 1] from seed 2, plus a thousandth.</summary>
    private static float[] FixtureImportance(int width)
    {
        var state = 2u;
        var factors = new float[width];
        for (var i = 0; i < width; i++)
        {
            state += 0x6D2B79F5u;
            var bits = (state ^ (state >> 15)) * (state | 1u);
            bits ^= bits + ((bits ^ (bits >> 7)) * (bits | 61u));
            bits ^= bits >> 14;
            factors[i] = MathF.Abs(((float)bits / 4294967296f * 2) - 1) + 1e-3f;
        }
        return factors;
    }

    private static string[] Files() => SharedData.FilesOf("*.gguf", "models", "babyllama", "quants");

    [TestCaseSource(nameof(Files))]
    public void WritesTheTensorsOfAQuantizedModel(string name)
    {
        using var expected = GgufFile.Open(SharedData.PathOf("models", "babyllama", "quants", name + ".gguf"));
        using var source = GgufFile.Open(SharedData.PathOf("models", "babyllama", "babyllama361-wide256-f32.gguf"));
        using var matrix = expected.Metadata.Contains("quantize.imatrix.file")
            ? GgufFile.Open(SharedData.PathOf("models", "babyllama", "babyllama361-wide256.imatrix.gguf"))
            : null;
        var compared = 0;
        foreach (var tensor in expected.Tensors.Where(tensor => Encoded.Contains((LkType)tensor.Type)))
        {
            var written = new byte[tensor.ByteLength];
            var values = MemoryMarshal.Cast<byte, float>(source.TensorSpan(source.GetTensor(tensor.Name)));
            Kernels.Quantize((LkType)tensor.Type, values, Importance(matrix, tensor.Name), written, (int)tensor.Dimension(0));
            Assert.That(expected.TensorSpan(tensor).SequenceEqual(written), Is.True, tensor.ToString());
            compared++;
        }
        Assert.That(compared, name.Contains("F16", StringComparison.Ordinal) ? Is.Zero : Is.Positive);
    }

    /// <summary>Mean squares: the file's sums over the count of rows that were summed; nothing where it has none.</summary>
    private static float[] Importance(GgufFile? matrix, string tensor)
    {
        if (matrix is null || !matrix.TryGetTensor(tensor + ".in_sum2", out var sums))
            return [];
        var count = MemoryMarshal.Cast<byte, float>(matrix.TensorSpan(matrix.GetTensor(tensor + ".counts")))[0];
        return Array.ConvertAll(MemoryMarshal.Cast<byte, float>(matrix.TensorSpan(sums)).ToArray(), sum => sum / count);
    }
}
