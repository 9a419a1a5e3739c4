using LlamaInterop.Native;

namespace LlamaInterop.Tests.References;

/// <summary>Real models against an independent engine's greedy ids and logits (<c>reference/generation</c>).</summary>
[TestFixture]
[NeedsSharedData]
internal sealed class GenerationReferenceTests
{
    /// <summary>A step whose two best log-probabilities differ by less may end either way.</summary>
    private const double NoMargin = 0.001;

    private static readonly LlamaModelOptions F32Cache = new() { ContextSize = 256, KeyCache = CacheType.F32, ValueCache = CacheType.F32 };

    private static readonly string[][] Unquantized =
    [
        ["stories260K", "stories260K-f32"],
        ["babyllama", "babyllama361-f32"],
        ["babyllama", "babyllama361-wide256-f32"],
        ["babyllama", "quants", "babyllama361-wide256-F16"],
        ["demo", "demo"],
    ];

    private static readonly string[] QuantizedTypes =
    [
        "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K_S", "Q3_K_M", "Q4_K_S", "Q4_K_M", "Q5_K_S", "Q5_K_M", "Q6_K", "IQ4_NL", "IQ4_XS",
        "IQ1_S", "IQ1_M", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "TQ1_0", "TQ2_0",
    ];

    [TestCaseSource(nameof(Unquantized))]
    public void ContinuesUnquantizedModelsAsTheReferenceDoes(params string[] path)
    {
        using LlamaModel model = LlamaModel.Load(FileOf(path), F32Cache);
        int exceptions = 0;
        foreach (ReferencePrompt reference in ReferencePrompt.Read(path[^1]))
        {
            List<float[]> logits = Continue(model, reference);
            Assert.That(LogitsError.NormalizedSquared(logits[0], reference.Logits), Is.LessThan(1e-8));
            for (int step = 0; step < reference.Ids.Length; step++)
            {
                if (LogitsError.ArgMax(logits[step]) == reference.Ids[step])
                    continue;
                Assert.That(reference.Margins[step], Is.LessThan(NoMargin), $"step {step}");
                exceptions++;
            }
        }
        TestContext.Out.WriteLine($"{path[^1]}: steps without a margin that differ: {exceptions}");
    }

    [Test]
    public void StaysAsCloseToTheTruthAsLlamaCppForEveryQuantizedType()
    {
        var rivals = ReadRivals();
        var ratios = new List<double>();
        Assert.Multiple(() =>
        {
            foreach (string type in QuantizedTypes)
                ratios.Add(Compare(FileOf("babyllama", "quants", "babyllama361-wide256-" + type), rivals[type]));
            ratios.Add(Compare(FileOf("smollm2", "smollm2-135m-instruct-q4_1"), rivals["smollm2-135m-instruct-q4_1"]));
        });
        double mean = Math.Exp(ratios.Average(Math.Log));
        TestContext.Out.WriteLine($"geometric mean of (our median / llama.cpp's): {mean:F3}");
        Assert.That(mean, Is.LessThanOrEqualTo(1));
    }

    [TestCase("moe256-MXFP4_MOE")]
    [TestCase("moe256-Q4_K_M")]
    [TestCase("moe256-IQ4_XS")]
    public void StaysCloserToTheTruthThanLlamaCppWithQuantizedExperts(string name) =>
        Assert.That(Compare(FileOf("moe256", name), ReadRivals()[name], limit: 1), Is.LessThanOrEqualTo(1));

    /// <summary>Holds one file to <paramref name="limit"/> times llama.cpp's median and maximum; returns the ratio of the medians.</summary>
    private static double Compare(string path, (double Median, double Maximum) rival, double limit = 1.5)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        using LlamaModel model = LlamaModel.Load(path, F32Cache);
        var errors = new List<double>();
        foreach (ReferencePrompt reference in ReferencePrompt.Read(name))
            model.Evaluate(reference.Prompt, false, (logits, _) => errors.Add(LogitsError.NormalizedSquared(logits, reference.Logits)));
        double median = LogitsError.Median(errors), maximum = errors.Max();
        string[] kernels = [.. model.Runner.WeightTypes.Where(t => t != LkType.F32).Select(t => $"{t} {model.Backend.MatmulKernel(t)}")];
        TestContext.Out.WriteLine($"{name}: median {median:E2} ({median / rival.Median:F2} of llama.cpp's), maximum {maximum:E2} ({maximum / rival.Maximum:F2}); {string.Join(", ", kernels)}");
        Assert.That(kernels, Has.None.EndsWith(" reference").And.None.EndsWith(" plain"), name);
        Assert.That(median, Is.LessThanOrEqualTo(limit * rival.Median), $"{name}: median");
        Assert.That(maximum, Is.LessThanOrEqualTo(limit * rival.Maximum), $"{name}: maximum");
        return median / rival.Median;
    }

    /// <summary>The logits after the prompt and after each reference token but the last.</summary>
    private static List<float[]> Continue(LlamaModel model, ReferencePrompt reference)
    {
        var rows = new List<float[]>();
        int[] tokens = [.. reference.Prompt, .. reference.Ids[..^1]];
        model.Evaluate(tokens, true, (logits, position) =>
        {
            if (position >= reference.Prompt.Length - 1)
                rows.Add(logits.ToArray());
        });
        return rows;
    }

    private static Dictionary<string, (double Median, double Maximum)> ReadRivals() =>
        File.ReadLines(SharedData.PathOf("reference", "fidelity-of-llama.cpp.tsv")).Skip(1).Select(line => line.Split('\t'))
            .ToDictionary(row => row[0], row => (Number(row[1]), Number(row[2])));

    private static double Number(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static string FileOf(params string[] path) => SharedData.PathOf(["models", .. path]) + ".gguf";
}
