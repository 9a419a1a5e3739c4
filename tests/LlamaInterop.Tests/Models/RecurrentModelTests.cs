using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;

namespace LlamaInterop.Tests.Models;

/// <summary>Models with recurrent layers: the engine's logits against <see cref="NaiveRecurrentModel"/>, and what they refuse.</summary>
internal sealed class RecurrentModelTests
{
    private static readonly string[] Architectures = ["lfm2", "mamba", "jamba", "mamba2", "qwen3next"];
    private static readonly GgufTensorType[] Types = [GgufTensorType.Q8_0, GgufTensorType.Q6_K, GgufTensorType.Q4_K, GgufTensorType.Q4_0];

    [Test]
    public void AgreesWithTheNaiveModel([ValueSource(nameof(Architectures))] string architecture, [Range(1, 8)] int seed)
    {
        TinyRecurrentModel model = OfSeed(architecture, seed);
        Assert.That(Nmse(model, seed), Is.LessThan(Math.Max(1e-10, 10 * OfOneRounding(model, seed))));
    }

    [Test]
    public void AgreesWithHalfPrecisionWeights([ValueSource(nameof(Architectures))] string architecture) =>
        Assert.That(Nmse(OfSeed(architecture, 9) with { Matrices = GgufTensorType.F16 }, 9), Is.LessThan(1e-10));

    /// <summary>The bound of the dense models (<see cref="ForwardPassTests"/>): states carry errors on, but also average them.</summary>
    [Test]
    public void QuantizedWeightsCostWhatRoundingActivationsCosts(
        [ValueSource(nameof(Architectures))] string architecture, [ValueSource(nameof(Types))] GgufTensorType type) =>
        Assert.That(Nmse(Wide(architecture, type), seed: 6), Is.LessThan(1.5e-4));

    [Test]
    public void DeltaNetsMayHaveOneProjectionForAll([Range(1, 4)] int seed) =>
        Assert.That(Nmse(OfSeed("qwen3next", seed) with { FusedProjection = true }, seed), Is.LessThan(1e-10));

    [Test]
    public void NormsWithoutWeightsAreAskedForByAKey()
    {
        TinyRecurrentModel model = OfSeed("mamba", 3);
        Assert.That(Nmse(model with { NormsDtBc = true }, 3), Is.LessThan(1e-10));
    }

    [TestCase("mamba", "ssm.inner_size", 0)]
    [TestCase("mamba", "ssm.inner_size", 16777217)]
    [TestCase("mamba", "ssm.state_size", -1)]
    [TestCase("mamba", "ssm.state_size", 65537)]
    [TestCase("mamba", "ssm.time_step_rank", 0)]
    [TestCase("mamba", "ssm.conv_kernel", 1)]
    [TestCase("mamba", "ssm.conv_kernel", 65)]
    [TestCase("mamba2", "ssm.group_count", -1)]
    [TestCase("mamba2", "ssm.group_count", 4)]
    [TestCase("mamba2", "ssm.time_step_rank", 7)]
    [TestCase("qwen3next", "ssm.group_count", 65536)]
    [TestCase("qwen3next", "ssm.inner_size", 31)]
    [TestCase("lfm2", "shortconv.l_cache", 0)]
    [TestCase("lfm2", "shortconv.l_cache", 1)]
    [TestCase("lfm2", "shortconv.l_cache", int.MaxValue)]
    public void RefusesSize(string architecture, string key, int value) =>
        Assert.That(ReasonOf(With(architecture, key, GgufValue.From(value))), Does.Contain(key));

    /// <summary>No size but that of a tensor can be compared with it, so the tensor is what the message names.</summary>
    [TestCase("mamba", "ssm.inner_size", 32, "blk.0.ssm_in.weight")]
    [TestCase("mamba", "ssm.inner_size", 16777216, "blk.0.ssm_in.weight")]
    [TestCase("mamba", "ssm.state_size", 65536, "blk.0.ssm_x.weight")]
    [TestCase("mamba", "ssm.conv_kernel", 3, "blk.0.ssm_conv1d.weight")]
    [TestCase("mamba2", "ssm.state_size", 65536, "blk.0.ssm_in.weight")]
    [TestCase("mamba2", "ssm.group_count", 1, "blk.0.ssm_in.weight")]
    [TestCase("qwen3next", "ssm.state_size", 6, "blk.0.attn_qkv.weight")]
    [TestCase("qwen3next", "ssm.time_step_rank", 2, "blk.0.ssm_ba.weight")]
    [TestCase("lfm2", "shortconv.l_cache", 5, "blk.0.shortconv.conv.weight")]
    public void RefusesSizeThatDoesNotFit(string architecture, string key, int value, string named) =>
        Assert.That(ReasonOf(With(architecture, key, GgufValue.From(value))), Does.Contain($"tensor {named} has shape"));

    [Test]
    public void RefusesLayersOfAttentionWithoutItsTensors() => Assert.That(
        ReasonOf(With("lfm2", "attention.head_count_kv", GgufValue.FromArray([0, 2, 2]))), Does.Contain("tensor blk.2.attn_q_norm.weight is missing"));

    [Test]
    public void RefusesConvolutionsThatLookAhead() => Assert.That(
        ReasonOf(With("lfm2", "attention.causal", GgufValue.From(false))), Does.Contain("lfm2.attention.causal"));

    [TestCaseSource(nameof(Architectures))]
    public void RefusesEveryMissingTensor(string architecture)
    {
        var sound = new TinyRecurrentModel(architecture);
        string[] optional = ["output.weight", "ssm_conv1d.bias", "ssm_dt.bias", "ssm_norm.weight", "attn_k_norm.weight", "ssm_b_norm.weight", "ssm_c_norm.weight"];
        foreach (string name in sound.TensorNames.Where(name => !Array.Exists(optional, name.EndsWith)))
            Assert.That(ReasonOf(sound with { Omitted = [name] }), Does.Match(@"tensor [\w.]+ (is missing|has shape)"), name);
    }

    private static TinyRecurrentModel OfSeed(string architecture, int seed)
    {
        var random = new Random(seed);
        int groups = random.Next(1, 4), heads = groups * random.Next(1, 4);
        return new TinyRecurrentModel(architecture)
        {
            Seed = seed,
            Layers = random.Next(2, 4),
            Embedding = random.Next(20, 70),
            FeedForward = random.Next(17, 80),
            Groups = groups,
            TimeStepRank = heads,
            Inner = heads * random.Next(3, 20),
            StateSize = random.Next(3, 21),
            Kernel = random.Next(2, 7),
        };
    }

    /// <summary>A shape that the blocks of 256 elements fit, Mamba's rank of the time step too.</summary>
    private static TinyRecurrentModel Wide(string architecture, GgufTensorType type) => new(architecture)
    {
        Layers = 2,
        Embedding = 256,
        FeedForward = 512,
        HeadLength = 64,
        Inner = 512,
        StateSize = architecture is "mamba" or "jamba" ? 16 : 64,
        TimeStepRank = architecture is "mamba" or "jamba" ? 256 : 8,
        Groups = 2,
        Matrices = type,
    };

    private static double Nmse(TinyRecurrentModel model, int seed)
    {
        const int Context = 100;
        using var folder = new TemporaryFolder();
        using var runner = new TinyRunner(
            model.Write(folder), new LlamaModelOptions { Threads = 2, ContextSize = Context, BatchSize = 64, KeyCache = CacheType.F32, ValueCache = CacheType.F32 });
        var random = new Random(seed);
        int[] tokens = TinyVocabulary.RandomTokens(random, random.Next(1, 81));
        double nmse = ErrorMeasure.Nmse(runner.Logits(tokens), new NaiveRecurrentModel(runner.File, Context).Logits(tokens));
        TestContext.Out.WriteLine($"{tokens.Length} tokens, NMSE {nmse:E2}: {model}");
        return nmse;
    }

    /// <summary>
    /// What a single rounding of every weight to a float moves the logits by. States of random weights are now and then so badly
    /// conditioned that no engine in floats comes near 1e-10.
    /// </summary>
    private static double OfOneRounding(TinyRecurrentModel model, int seed)
    {
        const int Context = 100;
        const double HalfUnit = 1.0 / (1 << 24);
        using var folder = new TemporaryFolder();
        using GgufFile file = GgufFile.Open(model.Write(folder));
        var random = new Random(seed);
        int[] tokens = TinyVocabulary.RandomTokens(random, random.Next(1, 81));
        var rounded = new NaiveRecurrentModel(file, Context);
        rounded.Jitter(HalfUnit);
        float[][] moved = Array.ConvertAll(rounded.Logits(tokens), row => Array.ConvertAll(row, value => (float)value));
        double nmse = ErrorMeasure.Nmse(moved, new NaiveRecurrentModel(file, Context).Logits(tokens));
        TestContext.Out.WriteLine($"one rounding of the weights: {nmse:E2}");
        return nmse;
    }

    private static TinyRecurrentModel With(string architecture, string key, GgufValue value) =>
        new(architecture) { Keys = new Dictionary<string, GgufValue> { [key] = value } };

    /// <summary>The message with which loading fails, one line of the expected kind.</summary>
    private static string ReasonOf(TinyRecurrentModel model)
    {
        using var folder = new TemporaryFolder();
        string path = model.Write(folder);
        ModelException? failure = Assert.Throws<ModelException>(() => LlamaModel.Load(path).Dispose());
        Assert.That(Regex.IsMatch(failure!.Message, "[\r\n]"), Is.False);
        return failure.Message;
    }
}
