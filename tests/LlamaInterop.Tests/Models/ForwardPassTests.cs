using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Inference;

namespace LlamaInterop.Tests.Models;

/// <summary>The engine's logits against <see cref="NaiveDecoder"/> on random tiny models.</summary>
internal sealed class ForwardPassTests
{
    private static readonly GgufTensorType[] Quantized = [.. RandomBlocks.Quantized];

    /// <summary>Those that are not known by a number of layers.</summary>
    private static IEnumerable<string> ShortDialects => Dialects.Names.Where(name => Dialects.Of(name).Layers == 0);

    [Test]
    public void AgreesWithTheNaiveModelInF32([Range(1, 40)] int seed) =>
        Assert.That(Nmse(TinyModels.OfSeed(seed), seed, CacheType.F32), Is.LessThan(1e-10), $"seed {seed}");

    [Test]
    public void AgreesWithTheNaiveModelInEveryDialect([ValueSource(typeof(Dialects), nameof(Dialects.Names))] string dialect, [Values(1, 2)] int seed) =>
        Assert.That(Nmse(TinyModels.OfDialect(dialect, seed), seed, CacheType.F32), Is.LessThan(1e-10), $"seed {seed}");

    [Test]
    public void AgreesWithWeightsInF16([Range(41, 46)] int seed) =>
        Assert.That(Nmse(TinyModels.OfSeed(seed, GgufTensorType.F16), seed, CacheType.F32), Is.LessThan(1e-10), $"seed {seed}");

    /// <summary>
    /// The kernels of AVX-512 may round activations to 8 significant bits, with a mean square error of 2.4e-6 of their own ((2^-7)^2 / 12 over the
    /// mean square of numbers in [1, 2)), and two layers round some six times one after the other.
    /// </summary>
    [Test]
    public void AgreesWithWeightsInBf16([Range(41, 46)] int seed)
    {
        using BackendHandle backend = BackendSelection.Open(BackendChoice.Cpu, 1, new ThreadPlacement());
        double limit = backend.MatmulKernel(LkType.BF16) == "avx512" ? 2e-5 : 1e-10;
        Assert.That(Nmse(TinyModels.OfSeed(seed, GgufTensorType.BF16), seed, CacheType.F32), Is.LessThan(limit), $"seed {seed}");
    }

    [Test]
    public void StaysNearWithCacheOfHalfPrecision([Range(1, 12)] int seed) =>
        Assert.That(Nmse(TinyModels.OfSeed(seed), seed, CacheType.F16), Is.LessThan(1e-5), $"seed {seed}");

    /// <summary>
    /// Rounding to 127 steps a side has a mean square error of about 3e-5 of the activations' own (the largest of 32 normal numbers is
    /// about 2.4 deviations: (2.4 / 127)^2 / 12), and two layers round some six times one after the other (what is refined to 15 bits adds nothing). Later roundings turn the smallest difference into one of their own size, so no truth
    /// that rounds likewise comes nearer.
    /// </summary>
    [TestCaseSource(nameof(Quantized))]
    public void QuantizedWeightsCostWhatRoundingActivationsCosts(GgufTensorType type) =>
        Assert.That(Nmse(TinyModels.Wide(type), seed: 6, CacheType.F32), Is.LessThan(1.8e-4));

    [Test]
    public void QuantizedWeightsCostTheSameInEveryDialect(
        [ValueSource(nameof(ShortDialects))] string dialect, [Values(GgufTensorType.Q4_K, GgufTensorType.Q8_0)] GgufTensorType type) =>
        Assert.That(Nmse(TinyModels.Wide(type, dialect: dialect), seed: 6, CacheType.F32, maxTokens: 20), Is.LessThan(1.8e-4));

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(6)]
    public void BaichuanOf40LayersHasLinearBiasesInsteadOfRotation(int heads)
    {
        var model = new TinyModel
        {
            Architecture = "baichuan-13b",
            Layers = 40,
            Embedding = 24,
            Heads = heads,
            KvHeads = heads,
            KeyLength = 5,
            ValueLength = 5,
            FeedForward = 20,
            Keys = new Dictionary<string, GgufValue> { [".rope.dimension_count"] = GgufValue.From(4u) },
        };
        Assert.That(Nmse(model, seed: 7, CacheType.F32), Is.LessThan(1e-10));
    }

    private static double Nmse(TinyModel model, int seed, CacheType cache, int maxTokens = 80)
    {
        const int Context = 100;
        using var runner = new TinyRunner(model, new LlamaModelOptions { Threads = 2, ContextSize = Context, BatchSize = 64, KeyCache = cache, ValueCache = cache });
        var random = new Random(seed);
        int[] tokens = TinyVocabulary.RandomTokens(random, random.Next(1, maxTokens + 1));
        var naive = new NaiveDecoder(runner.File, Context, model.Dialect);
        double nmse = ErrorMeasure.Nmse(runner.Logits(tokens), naive.Logits(tokens));
        TestContext.Out.WriteLine($"{tokens.Length} tokens, NMSE {nmse:E2}: {model}");
        return nmse;
    }
}
