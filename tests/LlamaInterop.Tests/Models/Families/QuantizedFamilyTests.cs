using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>Mixtures of experts and latent attention with quantized matrices, against <see cref="NaiveFamily"/> over what these stand for.</summary>
[TestFixture]
internal sealed class QuantizedFamilyTests
{
    private const int Tokens = 41;
    private static readonly LlamaModelOptions Options = new()
    {
        Threads = 2,
        ContextSize = 64,
        BatchSize = 16,
        KeyCache = CacheType.F32,
        ValueCache = CacheType.F32,
    };

    private static IEnumerable<TinyFamily> Families =>
        from type in (GgufTensorType[])[GgufTensorType.Q4_K, GgufTensorType.Q8_0, GgufTensorType.Q4_0, GgufTensorType.MXFP4]
        from family in WideDefinitions.All
        where type != GgufTensorType.MXFP4 || family.Keys.ContainsKey("expert_count")
        select WideDefinitions.Quantized(family, type) with { Variant = $"{family.Variant} {type}".Trim() };

    /// <summary>Shows that the definitions are right, so that all that quantized matrices change is rounding.</summary>
    [Test]
    public void AgreesWithItsDefinitionInF16([ValueSource(typeof(WideDefinitions), nameof(WideDefinitions.All))] TinyFamily family) =>
        Assert.That(Nmse(WideDefinitions.Quantized(family, GgufTensorType.F16), Options), Is.LessThan(1e-10));

    [Test]
    public void StaysNearWithCacheOfHalfPrecision([ValueSource(typeof(WideDefinitions), nameof(WideDefinitions.All))] TinyFamily family) => Assert.That(
        Nmse(WideDefinitions.Quantized(family, GgufTensorType.F16), Options with { KeyCache = CacheType.F16, ValueCache = CacheType.F16 }), Is.LessThan(1e-6));

    /// <summary>The bound of the dense models (<see cref="ForwardPassTests"/>).</summary>
    [TestCaseSource(nameof(Families))]
    public void CostsWhatRoundingActivationsCosts(TinyFamily family) => Assert.That(Nmse(family, Options), Is.LessThan(1.5e-4));

    [TestCaseSource(nameof(Families))]
    public void StepsAndThreadsChangeNoBit(TinyFamily family)
    {
        using var folder = new TemporaryFolder();
        string path = family.Write(folder);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(4), Tokens);
        float[][] expected = Logits(path, Options, tokens);
        Assert.That(Logits(path, Options with { BatchSize = 1 }, tokens), Is.EqualTo(expected), "token by token");
        Assert.That(Logits(path, Options with { Threads = 1 }, tokens), Is.EqualTo(expected), "one thread");
    }

    private static double Nmse(TinyFamily family, LlamaModelOptions options)
    {
        using var folder = new TemporaryFolder();
        string path = family.Write(folder);
        (int[] tokens, double[][] truth) = ClearPrompt(family, path);
        double nmse = ErrorMeasure.Nmse(Logits(path, options, tokens), truth);
        TestContext.Out.WriteLine($"{family}: NMSE {nmse:E2}");
        return nmse;
    }

    /// <summary>
    /// A prompt of three steps and its true logits. No choice of experts in it is so close that rounding may turn it: that would
    /// tell of the weights' luck, not of arithmetic. Logits are off by about 0.01, so 0.03 apiece is far enough.
    /// </summary>
    private static (int[] Tokens, double[][] Truth) ClearPrompt(TinyFamily family, string path)
    {
        const double Clear = 0.03;
        using GgufFile file = GgufFile.Open(path);
        var naive = new NaiveFamily(family, file);
        var random = new Random(3);
        int[] tokens = TinyVocabulary.RandomTokens(random, Tokens);
        for (int attempt = 0; attempt < 50; attempt++)
        {
            double[][] truth = naive.Logits(tokens);
            int close = Enumerable.Range(0, Tokens).FirstOrDefault(position => naive.Margins[position] < Clear, Tokens);
            if (close == Tokens)
                return (tokens, truth);
            tokens[close] = TinyVocabulary.RandomTokens(random, 1)[0];
        }
        throw new InvalidOperationException("no prompt with clear choices was found");
    }

    private static float[][] Logits(string path, LlamaModelOptions options, int[] tokens)
    {
        using LlamaModel model = LlamaModel.Load(path, options);
        var found = new List<float[]>();
        model.Evaluate(tokens, true, (logits, _) => found.Add(logits.ToArray()));
        return [.. found];
    }
}
