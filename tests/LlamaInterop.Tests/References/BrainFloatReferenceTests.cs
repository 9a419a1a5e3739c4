using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.References;

/// <summary>A real model in BF16, whose activations some processors round to BF16, as llama.cpp does everywhere.</summary>
[NeedsSharedData]
internal sealed class BrainFloatReferenceTests
{
    private const string Name = "babyllama361-wide256";

    /// <summary>The truth is the same weights in F32, with activations in F32; both limits of <c>fidelity-of-llama.cpp.tsv</c> hold.</summary>
    [Test]
    public void StaysAsCloseToTheTruthAsLlamaCpp()
    {
        string[] rival = File.ReadLines(SharedData.PathOf("reference", "fidelity-of-llama.cpp.tsv")).Select(line => line.Split('\t')).Single(row => row[0] == "BF16");
        double rivalMedian = Number(rival[1]), rivalMaximum = Number(rival[2]);
        double[] errors = Errors();
        double median = LogitsError.Median(errors), maximum = errors.Max();
        TestContext.Out.WriteLine($"median {median:E2} ({median / rivalMedian:F2} of llama.cpp's), maximum {maximum:E2} ({maximum / rivalMaximum:F2})");
        Assert.That(median, Is.LessThanOrEqualTo(1.5 * rivalMedian));
        Assert.That(maximum, Is.LessThanOrEqualTo(1.5 * rivalMaximum));
    }

    private static double[] Errors()
    {
        using var folder = new TemporaryFolder();
        string brain = folder.File("bf16.gguf"), full = folder.File("f32.gguf");
        Quantizer.Run(SharedData.PathOf("models", "babyllama", $"{Name}-f32.gguf"), brain, new() { Type = QuantizeType.Parse("bf16") });
        Quantizer.Run(brain, full, new() { Type = QuantizeType.Parse("f32"), AllowRequantize = true });
        int[][] prompts = [.. ReferencePrompt.Read($"{Name}-F16").Select(reference => reference.Prompt)];
        return [.. Logits(brain, prompts).Zip(Logits(full, prompts), (got, truth) => LogitsError.NormalizedSquared(got, truth))];
    }

    private static List<float[]> Logits(string path, int[][] prompts)
    {
        using LlamaModel model = LlamaModel.Load(path, new() { ContextSize = 256, KeyCache = CacheType.F32, ValueCache = CacheType.F32 });
        var logits = new List<float[]>();
        foreach (int[] prompt in prompts)
            model.Evaluate(prompt, false, (row, _) => logits.Add(row.ToArray()));
        return logits;
    }

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
