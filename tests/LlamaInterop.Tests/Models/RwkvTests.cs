using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;

namespace LlamaInterop.Tests.Models;

/// <summary>RWKV's logits against <see cref="NaiveRwkvModel"/>, and what it refuses.</summary>
internal sealed class RwkvTests
{
    private static readonly string[] Architectures = ["rwkv6", "rwkv7", "arwkv7"];

    [Test]
    public void AgreesWithTheNaiveModel([ValueSource(nameof(Architectures))] string architecture, [Range(1, 6)] int seed) =>
        Assert.That(Nmse(OfSeed(architecture, seed), seed), Is.LessThan(1e-10));

    [Test]
    public void TakesThePartsOfTheRowBeforeFromATensorEach() =>
        Assert.That(Nmse(new TinyRwkvModel("rwkv6") { SeparateParts = true }, 7), Is.LessThan(1e-10));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(4)]
    public void HalvesTheRowsEverySoManyLayers(int every) =>
        Assert.That(Nmse(new TinyRwkvModel("rwkv6") { RescaleEvery = every }, 8), Is.LessThan(1e-10));

    [TestCase("rwkv7")]
    [TestCase("arwkv7")]
    public void NeedsNoGate(string architecture) =>
        Assert.That(Nmse(new TinyRwkvModel(architecture) { HasGate = false }, 9), Is.LessThan(1e-10));

    /// <summary>The bound of the dense models (<see cref="ForwardPassTests"/>).</summary>
    [Test]
    public void QuantizedWeightsCostWhatRoundingActivationsCosts(
        [ValueSource(nameof(Architectures))] string architecture, [Values(GgufTensorType.Q8_0, GgufTensorType.Q4_K)] GgufTensorType type)
    {
        var model = new TinyRwkvModel(architecture) { Layers = 2, Heads = 4, HeadSize = 64, FeedForward = 512, Rank = 32, Matrices = type };
        Assert.That(Nmse(model, 6), Is.LessThan(1.5e-4));
    }

    [TestCase("rwkv6", "wkv.head_size", 0)]
    [TestCase("rwkv6", "wkv.head_size", 4)]
    [TestCase("rwkv7", "wkv.head_size", 60)]
    [TestCase("rwkv7", "wkv.head_size", -1)]
    [TestCase("rwkv6", "time_mix_extra_dim", 0)]
    [TestCase("rwkv6", "time_decay_extra_dim", int.MaxValue)]
    [TestCase("rwkv6", "rescale_every_n_layers", -1)]
    [TestCase("rwkv6", "feed_forward_length", 0)]
    [TestCase("rwkv7", "attention.decay_lora_rank", 0)]
    [TestCase("rwkv7", "attention.gate_lora_rank", -8)]
    public void RefusesSize(string architecture, string key, int value) => Assert.That(ReasonOf(architecture, key, value), Does.Contain(key));

    [TestCase("rwkv6", "time_mix_extra_dim", 7, "blk.0.time_mix_w1.weight")]
    [TestCase("rwkv6", "time_decay_extra_dim", 16777216, "blk.0.time_mix_decay_w1.weight")]
    [TestCase("rwkv7", "attention.iclr_lora_rank", 5, "blk.0.time_mix_a1.weight")]
    [TestCase("arwkv7", "attention.value_residual_mix_lora_rank", 1, "blk.1.time_mix_v1.weight")]
    public void RefusesSizeThatDoesNotFit(string architecture, string key, int value, string named) =>
        Assert.That(ReasonOf(architecture, key, value), Does.Contain($"tensor {named} has shape"));

    private static TinyRwkvModel OfSeed(string architecture, int seed)
    {
        var random = new Random(seed);
        return new TinyRwkvModel(architecture)
        {
            Seed = seed,
            Layers = random.Next(2, 4),
            Heads = random.Next(1, 6),
            HeadSize = random.Next(3, 20),
            FeedForward = random.Next(17, 80),
            Rank = random.Next(1, 12),
        };
    }

    private static double Nmse(TinyRwkvModel model, int seed)
    {
        const int Context = 100;
        using var folder = new TemporaryFolder();
        using var runner = new TinyRunner(model.Write(folder), new LlamaModelOptions { Threads = 2, ContextSize = Context, BatchSize = 64 });
        var random = new Random(seed);
        int[] tokens = TinyVocabulary.RandomTokens(random, random.Next(1, 81));
        double nmse = ErrorMeasure.Nmse(runner.Logits(tokens), new NaiveRwkvModel(runner.File, Context).Logits(tokens));
        TestContext.Out.WriteLine($"{tokens.Length} tokens, NMSE {nmse:E2}: {model}");
        return nmse;
    }

    /// <summary>The message with which loading fails, one line of the expected kind.</summary>
    private static string ReasonOf(string architecture, string key, int value)
    {
        using var folder = new TemporaryFolder();
        string path = new TinyRwkvModel(architecture) { Keys = new Dictionary<string, GgufValue> { [key] = GgufValue.From(value) } }.Write(folder);
        ModelException? failure = Assert.Throws<ModelException>(() => LlamaModel.Load(path).Dispose());
        Assert.That(failure!.Message, Does.Not.Contain("\n"));
        return failure.Message;
    }
}
