using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.References;

/// <summary>A real model in BF16, most of whose activations are rounded to BF16 on some processors, as llama.cpp does with all everywhere.</summary>
[NeedsSharedData]
internal sealed class BrainFloatReferenceTests
{
    private const string Name = "babyllama361-wide256";

    /// <summary>
    /// llama.cpp's errors (3f545becc, AMD EPYC of Zen 5, F32 cache) at the same 637 positions: a few rows, as in
    /// <c>fidelity-of-llama.cpp.tsv</c>, scatter over two orders of magnitude.
    /// </summary>
    private const double RivalMedian = 1.153e-6, RivalMaximum = 1.185e-4;

    /// <summary>The truth is the same weights in F32, with activations in F32.</summary>
    [Test]
    public void StaysAsCloseToTheTruthAsLlamaCpp()
    {
        double[] errors = Errors();
        double median = LogitsError.Median(errors), maximum = errors.Max();
        TestContext.Out.WriteLine($"{errors.Length} positions: median {median:E2} ({median / RivalMedian:F2} of llama.cpp's), maximum {maximum:E2} ({maximum / RivalMaximum:F2})");
        Assert.That(median, Is.LessThanOrEqualTo(RivalMedian));
        Assert.That(maximum, Is.LessThanOrEqualTo(1.5 * RivalMaximum));
    }

    private static double[] Errors()
    {
        using var folder = new TemporaryFolder();
        string brain = folder.File("bf16.gguf"), full = folder.File("f32.gguf");
        Quantizer.Run(SharedData.PathOf("models", "babyllama", $"{Name}-f32.gguf"), brain, new() { Type = QuantizeType.Parse("bf16") });
        Quantizer.Run(brain, full, new() { Type = QuantizeType.Parse("f32"), AllowRequantize = true });
        int[][] texts = [.. ReferencePrompt.Read($"{Name}-F16").Select(reference => (int[])[.. reference.Prompt, .. reference.Ids[..^1]])];
        return [.. Logits(brain, texts).Zip(Logits(full, texts), (got, truth) => LogitsError.NormalizedSquared(got, truth))];
    }

    private static List<float[]> Logits(string path, int[][] texts)
    {
        using LlamaModel model = LlamaModel.Load(path, new() { ContextSize = 256, KeyCache = CacheType.F32, ValueCache = CacheType.F32 });
        var logits = new List<float[]>();
        foreach (int[] text in texts)
            model.Evaluate(text, true, (row, _) => logits.Add(row.ToArray()));
        return logits;
    }
}
