using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>A small random model with an encoder, written as a GGUF file: BERT, its two relatives, and T5 with and without its decoder.</summary>
internal sealed record TinyStack(string Architecture)
{
    public const int Heads = 3, KeyLength = 8, FeedForward = 40, Window = 10, Buckets = 12;

    /// <summary>The architectures that have hidden states only.</summary>
    public static readonly string[] Encoders = ["bert", "nomic-bert", "modern-bert", "t5encoder"];

    /// <summary>Of the weights.</summary>
    public int Seed { get; init; } = 1;

    public int Layers { get; init; } = 3;

    public int Context { get; init; } = 200;

    /// <summary>T5's first version has no gate, and its embedding table is its head.</summary>
    public bool FirstVersion { get; init; }

    /// <summary>Keys set after all others, without "ARCH." where they begin with a dot.</summary>
    public IReadOnlyDictionary<string, GgufValue> Keys { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>Tensors that are left out.</summary>
    public IReadOnlyCollection<string> Omitted { get; init; } = [];

    private static int Embedding => Heads * KeyLength;

    private bool IsT5 => Architecture.StartsWith("t5", StringComparison.Ordinal);

    private bool HasBiases => Architecture == "bert";

    public IEnumerable<string> TensorNames => Tensors().Select(tensor => tensor.Name);

    /// <summary>Writes the file into <paramref name="folder"/> and returns its path.</summary>
    public string Write(TemporaryFolder folder)
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in AllKeys())
            writer.Set(key, value);
        var random = new Random(Seed);
        foreach ((string name, long[] dimensions, double middle, double size) in Tensors().Where(tensor => !Omitted.Contains(tensor.Name)))
            writer.AddTensor(name, GgufTensorType.F32, dimensions, Values(random, dimensions.Aggregate((a, b) => a * b), middle, size));
        string path = folder.File($"{Architecture}.gguf");
        writer.Write(path);
        return path;
    }

    private IEnumerable<(string Key, GgufValue Value)> AllKeys() =>
    [
        ("general.architecture", GgufValue.From(Architecture)),
        .. Sizes().Select(size => ($"{Architecture}.{size.Key}", GgufValue.From((uint)size.Value))),
        ($"{Architecture}.attention.layer_norm{(IsT5 ? "_rms" : "")}_epsilon", GgufValue.From(1e-5f)),
        .. TinyVocabulary.Keys,
        .. Keys.Select(pair => (pair.Key[0] == '.' ? Architecture + pair.Key : pair.Key, pair.Value)),
    ];

    private IEnumerable<(string Key, int Value)> Sizes() =>
    [
        ("context_length", Context),
        ("embedding_length", Embedding),
        ("block_count", Layers),
        ("feed_forward_length", FeedForward),
        ("attention.head_count", Heads),
        ("attention.relative_buckets_count", Buckets),
        ("attention.sliding_window", Architecture == "modern-bert" ? Window : 0),
        ("decoder_start_token_id", TinyVocabulary.Letter('d')),
    ];

    /// <summary>Names, shapes, and the middle and the root mean square around it of the values.</summary>
    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> Tensors() =>
    [
        ("token_embd.weight", [Embedding, TinyVocabulary.Count], 0, 1),
        .. IsT5 ? Stacks() : BertTensors(),
    ];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> BertTensors() =>
    [
        .. Architecture == "bert" ? [("position_embd.weight", [Embedding, Context], 0, 1), ("token_types.weight", [Embedding, 2], 0, 1)] : None,
        .. Norm("token_embd_norm"),
        .. Enumerable.Range(0, Layers).SelectMany(BertLayer),
        .. Architecture == "modern-bert" ? Norm("output_norm") : None,
    ];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> BertLayer(int layer)
    {
        bool isModern = Architecture == "modern-bert";
        string scope = $"blk.{layer}.";
        return
        [
            .. HasBiases ? [.. Linear(scope + "attn_q", Embedding, Embedding), .. Linear(scope + "attn_k", Embedding, Embedding), .. Linear(scope + "attn_v", Embedding, Embedding)]
                : Linear(scope + "attn_qkv", Embedding, 3 * Embedding),
            .. Linear(scope + "attn_output", Embedding, Embedding),
            .. Architecture == "nomic-bert" ? Linear(scope + "ffn_gate", Embedding, FeedForward) : None,
            .. Linear(scope + "ffn_up", Embedding, isModern ? 2 * FeedForward : FeedForward),
            .. Linear(scope + "ffn_down", FeedForward, Embedding),
            .. isModern && layer == 0 ? None : Norm(scope + (isModern ? "attn_norm" : "attn_output_norm")),
            .. Norm(scope + (isModern ? "ffn_norm" : "layer_output_norm")),
        ];
    }

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> Stacks() =>
    [
        .. Stack("enc."),
        .. Architecture == "t5" ? Stack("dec.") : None,
        .. Architecture == "t5" && !FirstVersion ? Linear("output", Embedding, TinyVocabulary.Count) : None,
    ];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> Stack(string stack) =>
    [
        .. Enumerable.Range(0, Layers).SelectMany(layer => StackLayer(stack, $"{stack}blk.{layer}.")),
        (stack + "blk.0.attn_rel_b.weight", [Heads, Buckets], 0, 1),
        .. Norm(stack + "output_norm"),
    ];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> StackLayer(string stack, string scope) =>
    [
        .. from kind in stack == "dec." ? ["attn", "cross_attn"] : new[] { "attn" }
           from tensor in Norm($"{scope}{kind}_norm").Concat("qkvo".SelectMany(letter => Linear($"{scope}{kind}_{letter}", Embedding, Embedding)))
           select tensor,
        .. Norm(scope + "ffn_norm"),
        .. FirstVersion ? None : Linear(scope + "ffn_gate", Embedding, FeedForward),
        .. Linear(scope + "ffn_up", Embedding, FeedForward),
        .. Linear(scope + "ffn_down", FeedForward, Embedding),
    ];

    private static (string Name, long[] Dimensions, double Middle, double Size)[] None => [];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> Linear(string name, int inputs, int outputs) =>
    [
        (name + ".weight", [inputs, outputs], 0, 1 / Math.Sqrt(inputs)),
        .. HasBiases ? [(name + ".bias", [outputs], 0, 0.3)] : None,
    ];

    private IEnumerable<(string Name, long[] Dimensions, double Middle, double Size)> Norm(string name) =>
    [
        (name + ".weight", [Embedding], 1, 0.2),
        .. IsT5 || Architecture == "modern-bert" ? None : [(name + ".bias", [Embedding], 0, 0.2)],
    ];

    private static byte[] Values(Random random, long count, double middle, double size)
    {
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (float)(middle + (size * Math.Sqrt(3) * ((2 * random.NextDouble()) - 1)));
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
