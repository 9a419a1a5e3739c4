using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Random tiny models with an encoder against <see cref="NaiveStack"/>, and what is wrong with their files.</summary>
internal sealed class EncoderTests
{
    private static readonly EmbeddingOptions Rows = new() { Pooling = Pooling.None };
    private static readonly string[] WithT5 = [.. TinyStack.Encoders, "t5"];

    /// <summary>Bases that show which of both a layer of ModernBERT has.</summary>
    private static readonly Dictionary<string, GgufValue> Bases = new()
    {
        [".rope.freq_base"] = GgufValue.From(1000f),
        [".rope.freq_base_swa"] = GgufValue.From(500f),
    };

    private static readonly GgufValue[] HostileValues =
    [
        GgufValue.From(0u), GgufValue.From(1u), GgufValue.From(2u), GgufValue.From(3u), GgufValue.From(25u), GgufValue.From(-1), GgufValue.From(int.MaxValue),
        GgufValue.From(uint.MaxValue), GgufValue.From(ulong.MaxValue), GgufValue.From(float.NaN), GgufValue.From(-1e30f), GgufValue.From(true),
        GgufValue.From("text"), GgufValue.FromArray(new int[] { }), GgufValue.FromArray(new int[] { 3, 0, 7 }),
    ];

    private static readonly string[] HostileKeys =
    [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv",
        "attention.key_length", "attention.value_length", "attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon", "attention.causal",
        "attention.scale", "attention.sliding_window", "attention.sliding_window_pattern", "attention.relative_buckets_count",
        "decoder_block_count", "decoder_start_token_id", "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa", "rope.scaling.factor",
        "hidden_activation", "pooling_type",
    ];

    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    /// <summary>Up to three cache blocks of tokens.</summary>
    [Test]
    public void HiddenStatesAgreeWithTheNaiveModel([ValueSource(nameof(WithT5))] string architecture, [Values(1, 2, 64, 150)] int count)
    {
        string path = Write(new TinyStack(architecture) { Seed = count });
        int[] tokens = TinyVocabulary.RandomTokens(new Random(count), count);
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 2, BatchSize = 16 });
        using GgufFile file = GgufFile.Open(path);
        float[][] found = [.. model.Embed(tokens, Rows).Chunk(model.EmbeddingLength)];
        Assert.That(ErrorMeasure.Nmse(found, new NaiveStack(file).Hidden(tokens)), Is.LessThan(1e-10));
    }

    [Test]
    public void DecoderReadsWhatTheEncoderHasRead([Values] bool firstVersion, [Values(1, 130)] int encoderCount, [Values(1, 7, 90)] int count)
    {
        string path = Write(new TinyStack("t5") { Seed = count, FirstVersion = firstVersion });
        var random = new Random(count);
        int[] encoderTokens = TinyVocabulary.RandomTokens(random, encoderCount), tokens = TinyVocabulary.RandomTokens(random, count);
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { Threads = 2, BatchSize = 16 });
        using GgufFile file = GgufFile.Open(path);
        var found = new List<float[]>();
        model.Evaluate(tokens, true, (logits, _) => found.Add(logits.ToArray()), encoderTokens: encoderTokens);
        Assert.That(ErrorMeasure.Nmse([.. found], new NaiveStack(file).Logits(encoderTokens, tokens)), Is.LessThan(1e-10));
    }

    /// <summary>Where one matrix can be several, the first of them.</summary>
    [TestCaseSource(nameof(WithT5))]
    public void EveryMissingTensorIsNamed(string architecture)
    {
        var sound = new TinyStack(architecture);
        string[] optional = ["token_types.weight", "token_embd_norm.weight", "output.weight"];
        bool IsOptional(string name) => name.EndsWith(".bias", StringComparison.Ordinal) || optional.Contains(name)
            || (name.EndsWith("ffn_gate.weight", StringComparison.Ordinal) && architecture.StartsWith("t5", StringComparison.Ordinal));
        foreach (string name in sound.TensorNames.Where(name => !IsOptional(name)))
        {
            string named = architecture == "modern-bert" ? name.Replace("ffn_up", "ffn_gate") : name;
            Assert.That(() => Load(sound with { Omitted = [name] }), Throws.TypeOf<ModelException>().With.Message.Contains(named.Replace("attn_qkv", "attn_q")));
        }
    }

    [TestCase("bert", "attention.head_count", 0u, "bert.attention.head_count")]
    [TestCase("bert", "attention.head_count", 5u, "attn_q.weight")]
    [TestCase("bert", "context_length", 199u, "position_embd.weight")]
    [TestCase("bert", "context_length", 4000000000u, "bert.context_length")]
    [TestCase("bert", "feed_forward_length", 0u, "bert.feed_forward_length")]
    [TestCase("nomic-bert", "context_length", 65537u, "65536 that an encoder can see in one step; ask for a smaller one (-c)")]
    [TestCase("nomic-bert", "rope.dimension_count", 9u, "nomic-bert.rope.dimension_count")]
    [TestCase("modern-bert", "attention.sliding_window_pattern", 0u, "modern-bert.attention.sliding_window_pattern")]
    [TestCase("t5encoder", "attention.relative_buckets_count", 0u, "t5encoder.attention.relative_buckets_count")]
    [TestCase("t5encoder", "attention.relative_buckets_count", 13u, "t5encoder.attention.relative_buckets_count is 13, but must be even")]
    [TestCase("t5encoder", "attention.relative_buckets_count", 14u, "enc.blk.0.attn_rel_b.weight")]
    [TestCase("t5", "attention.relative_buckets_count", 130u, "t5.attention.relative_buckets_count")]
    [TestCase("t5", "decoder_block_count", 0u, "t5.decoder_block_count")]
    [TestCase("t5", "decoder_block_count", 4u, "dec.blk.3.")]
    [TestCase("t5", "decoder_start_token_id", 100000u, "t5.decoder_start_token_id")]
    [TestCase("t5", "context_length", 65537u, "65536 that an encoder can see in one step; ask for a smaller one (-c)")]
    public void WrongKeyIsNamed(string architecture, string key, uint value, string reason)
    {
        var model = new TinyStack(architecture) { Keys = new Dictionary<string, GgufValue> { ["." + key] = GgufValue.From(value) } };
        Assert.That(() => Load(model), Throws.TypeOf<ModelException>().With.Message.Contains(reason).And.Message.Not.Contains("\n"));
    }

    /// <summary>Whatever a key says, the file is refused in one line, or runs.</summary>
    [Test]
    public void NoKeyBringsItDown([ValueSource(nameof(WithT5))] string architecture, [ValueSource(nameof(HostileValues))] GgufValue value)
    {
        foreach (string key in HostileKeys)
        {
            var model = new TinyStack(architecture) { Keys = new Dictionary<string, GgufValue> { ["." + key] = value } };
            try
            {
                using LlamaModel loaded = LlamaModel.Load(Write(model), new LlamaModelOptions { Threads = 2 });
                Assert.That(loaded.Embed([1, 5, 9], Rows), Has.Length.EqualTo(3 * loaded.EmbeddingLength), key);
                if (loaded.VocabularySize > 0)
                    loaded.Evaluate([4, 5], true, (_, _) => { }, encoderTokens: [1, 5, 9]);
            }
            catch (Exception refused) when (refused is ModelException or GgufException or NativeException)
            {
                Assert.That(refused.Message, Does.Not.Contain("\n"), key);
            }
        }
    }

    [TestCase("relu6", "modern-bert.hidden_activation is 'relu6', known are gelu and silu")]
    public void UnknownActivationIsNamed(string activation, string reason)
    {
        var model = new TinyStack("modern-bert") { Keys = new Dictionary<string, GgufValue> { [".hidden_activation"] = GgufValue.From(activation) } };
        Assert.That(() => Load(model), Throws.TypeOf<ModelException>().With.Message.EndsWith(reason));
    }

    [Test]
    public void ContextBeyondTheLearnedPositionsIsRefused() => Assert.That(
        () => LlamaModel.Load(Write(new TinyStack("bert")), new LlamaModelOptions { ContextSize = 201 }),
        Throws.TypeOf<ModelException>().With.Message.EndsWith("the model has learned 200 positions, but the context is to be 201 tokens (-c)"));

    private void Load(TinyStack model) => LlamaModel.Load(Write(model)).Dispose();

    private string Write(TinyStack model) => (model with { Keys = model.Keys.Count > 0 ? model.Keys : Bases }).Write(_folder);
}
