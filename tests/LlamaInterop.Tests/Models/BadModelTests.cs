using System.Text.RegularExpressions;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Files whose keys and tensors contradict each other are refused in one line that names the key or the tensor.</summary>
internal sealed class BadModelTests
{
    private static readonly TinyModel Sound = new() { HeadNorms = true, Biases = true };
    private static readonly string[] Tensors = [.. Sound.TensorNames];
    private static readonly string[] OptionalTensors =
    [
        "output.weight", .. Tensors.Where(name => name.EndsWith(".bias", StringComparison.Ordinal) || name.Contains("_q_norm") || name.Contains("_k_norm")),
    ];

    private static readonly string[] NeededTensors = [.. Tensors.Except(OptionalTensors)];
    private static readonly string[] Matrices = [.. Tensors.Where(name => !name.Contains("norm") && name.EndsWith(".weight", StringComparison.Ordinal))];
    private static readonly string[] Vectors = [.. Tensors.Except(Matrices)];
    private static readonly string[] Sizes =
    [
        "context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count",
        "attention.head_count_kv", "attention.key_length", "attention.value_length", "rope.dimension_count",
    ];

    private static readonly string[] NeededKeys =
    [
        "general.architecture", "llama.context_length", "llama.embedding_length", "llama.block_count", "llama.feed_forward_length",
        "llama.attention.head_count", "llama.attention.layer_norm_rms_epsilon", "tokenizer.ggml.model", "tokenizer.ggml.tokens",
    ];

    [Test]
    public void SoundModelLoads()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => LlamaModel.Load(Sound.Write(folder)).Dispose(), Throws.Nothing);
    }

    [TestCaseSource(nameof(NeededKeys))]
    public void RefusesMissingKey(string key) => Assert.That(ReasonOf(Sound with { Omitted = [key] }), Does.Contain(key));

    [Test]
    public void RefusesSize(
        [ValueSource(nameof(Sizes))] string key, [Values("0", "-1", "-9223372036854775808", "4294967295", "18446744073709551615", "1.5", "text")] string value) =>
        Assert.That(ReasonOf(With(key, value)), Does.Contain("llama." + key));

    /// <summary>No size but that of a tensor can be compared with it, so the tensor is what the message names.</summary>
    [TestCase("embedding_length", 33, "token_embd.weight")]
    [TestCase("embedding_length", 31, "token_embd.weight")]
    [TestCase("embedding_length", 16777216, "token_embd.weight")]
    [TestCase("block_count", 3, "blk.2.attn_q.weight is missing")]
    [TestCase("block_count", 4096, "blk.2.attn_q.weight is missing")]
    [TestCase("block_count", 4097, "llama.block_count")]
    [TestCase("feed_forward_length", 47, "ffn_gate.weight")]
    [TestCase("attention.head_count", 5, "llama.attention.head_count 5 is no multiple of attention.head_count_kv 2")]
    [TestCase("attention.head_count", 6, "attn_q.weight")]
    [TestCase("attention.head_count_kv", 3, "llama.attention.head_count 4 is no multiple of attention.head_count_kv 3")]
    [TestCase("attention.head_count_kv", 4, "attn_k.weight")]
    [TestCase("attention.head_count_kv", 8, "llama.attention.head_count 4 is no multiple of attention.head_count_kv 8")]
    [TestCase("attention.key_length", 9, "llama.rope.dimension_count is 9, but must be even")]
    [TestCase("attention.key_length", 10, "attn_q.weight")]
    [TestCase("attention.value_length", 7, "attn_v.weight")]
    [TestCase("attention.value_length", 65536, "attn_v.weight")]
    [TestCase("rope.dimension_count", 7, "llama.rope.dimension_count is 7, but must be even")]
    [TestCase("rope.dimension_count", 10, "llama.rope.dimension_count is 10, but must be even and from 2 to the head's 8")]
    public void RefusesSizeThatDoesNotFit(string key, int value, string named) =>
        Assert.That(ReasonOf(With(key, $"{value}")), Does.Contain(named));

    [TestCase(".attention.layer_norm_rms_epsilon", -1e-5f)]
    [TestCase(".attention.layer_norm_rms_epsilon", float.NaN)]
    [TestCase(".attention.layer_norm_rms_epsilon", 1f)]
    [TestCase(".attention.scale", float.PositiveInfinity)]
    [TestCase(".rope.freq_base", 0f)]
    [TestCase(".rope.freq_base", -10000f)]
    [TestCase(".rope.freq_base", float.NaN)]
    [TestCase(".rope.scaling.factor", -1f)]
    [TestCase(".rope.scaling.factor", float.NaN)]
    [TestCase(".rope.scaling.factor", float.PositiveInfinity)]
    [TestCase(".rope.scaling.attn_factor", float.NaN)]
    [TestCase(".rope.scaling.original_context_length", 0f)]
    public void RefusesNumber(string key, float value) =>
        Assert.That(ReasonOf(With(key[1..], GgufValue.From(value))), Does.Contain("llama" + key[..key.LastIndexOf('.')]));

    [Test]
    public void RefusesUnknownRopeScaling() =>
        Assert.That(ReasonOf(With("rope.scaling.type", GgufValue.From("wavy"))), Does.Contain("llama.rope.scaling.type is 'wavy'"));

    [Test]
    public void RefusesUnknownArchitecture() =>
        Assert.That(ReasonOf(Sound with { Keys = new Dictionary<string, GgufValue> { ["general.architecture"] = GgufValue.From("lama") } }), Does.Contain("general.architecture is 'lama'").And.Contain("README.md"));

    [TestCase("-1")]
    [TestCase("4294967295")]
    public void RefusesWindow(string value) => Assert.That(ReasonOf(With("attention.sliding_window", value)), Does.Contain("llama.attention.sliding_window"));

    [TestCaseSource(nameof(NeededTensors))]
    public void RefusesMissingTensor(string name) => Assert.That(ReasonOf(Sound with { Omitted = [name] }), Does.Contain($"tensor {name} is missing"));

    [TestCase("qwen2", "blk.1.attn_q.bias")]
    [TestCase("qwen3", "blk.1.attn_q_norm.weight")]
    public void RefusesFamilyWithoutWhatMarksIt(string architecture, string name) =>
        Assert.That(ReasonOf(Sound with { Architecture = architecture, Omitted = [name] }), Does.Contain($"tensor {name} is missing"));

    [Test]
    public void RefusesShape([ValueSource(nameof(Tensors))] string name, [Values(1, 31)] int length)
    {
        TinyModel bad = Sound with { Changed = new Dictionary<string, (GgufTensorType, long[])> { [name] = (GgufTensorType.F32, [length, 3]) } };
        Assert.That(ReasonOf(bad), Does.Contain($"tensor {name} has shape [{length}, 3]"));
    }

    [Test]
    public void RefusesTypeOfMatrix([ValueSource(nameof(Matrices))] string name, [Values(GgufTensorType.F64, GgufTensorType.I8, GgufTensorType.I32)] GgufTensorType type) =>
        Assert.That(ReasonOf(Retyped(name, type)), Does.Contain($"tensor {name} has type {type}"));

    [TestCaseSource(nameof(Vectors))]
    public void RefusesTypeOfVector(string name) => Assert.That(ReasonOf(Retyped(name, GgufTensorType.F16)), Does.Contain($"tensor {name} has type F16, but must be F32"));

    [TestCase(int.MaxValue, 1)]
    [TestCase(int.MaxValue, 1024)]
    [TestCase(1 << 30, 1)]
    [TestCase(1 << 24, 1024)]
    public void RefusesContextThatNoMemoryHolds(int context, int sequences) =>
        Assert.That(ReasonOf(Sound, new LlamaModelOptions { ContextSize = context, MaxSequences = sequences }), Does.Contain("context").IgnoreCase);

    [Test]
    public void RefusesContextOfTheFileThatNoMemoryHolds() => Assert.That(ReasonOf(With("context_length", $"{int.MaxValue}")), Does.Contain("context").IgnoreCase);

    /// <summary>The longest context that a file may state costs nothing where a shorter one is asked for.</summary>
    [Test]
    public void LongContextLoadsWithAShorterOneAskedFor()
    {
        using var folder = new TemporaryFolder();
        string path = With("context_length", $"{int.MaxValue}").Write(folder);
        using LlamaModel model = LlamaModel.Load(path, new LlamaModelOptions { ContextSize = 64 });
        Assert.That(model.ContextSize, Is.EqualTo(64));
    }

    [TestCase(-1, 512, 1, "threads")]
    [TestCase(1, 0, 1, "batch size")]
    [TestCase(1, 1 << 20, 1, "batch size")]
    [TestCase(1, 512, 0, "max sequences")]
    public void RefusesOptions(int threads, int batch, int sequences, string named) => Assert.That(
        ReasonOf(Sound, new LlamaModelOptions { Threads = threads, BatchSize = batch, MaxSequences = sequences }), Does.Contain(named));

    private static TinyModel With(string key, string value) => With(key, long.TryParse(value, out long number) ? GgufValue.From(number)
        : ulong.TryParse(value, out ulong large) ? GgufValue.From(large)
        : float.TryParse(value, out float fraction) ? GgufValue.From(fraction)
        : GgufValue.From(value));

    private static TinyModel With(string key, GgufValue value) => Sound with { Keys = new Dictionary<string, GgufValue> { ["llama." + key] = value } };

    private static TinyModel Retyped(string name, GgufTensorType type)
    {
        using var folder = new TemporaryFolder();
        using GgufFile sound = GgufFile.Open(Sound.Write(folder));
        return Sound with { Changed = new Dictionary<string, (GgufTensorType, long[])> { [name] = (type, sound.GetTensor(name).Dimensions.ToArray()) } };
    }

    /// <summary>The message with which loading fails, one line of an expected kind.</summary>
    private static string ReasonOf(TinyModel model, LlamaModelOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        string path = model.Write(folder);
        Exception? failure = Assert.Catch(() => LlamaModel.Load(path, options).Dispose());
        Assert.That(failure, Is.InstanceOf<ModelException>().Or.InstanceOf<GgufException>());
        Assert.That(Regex.IsMatch(failure!.Message, "[\r\n]"), Is.False);
        return failure.Message;
    }
}
