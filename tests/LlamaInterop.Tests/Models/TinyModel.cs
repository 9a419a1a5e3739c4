using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// A small random model, written as a GGUF file: any head counts and widths, with what the families add (biases, head norms, windows,
/// rotary scalings). Its vocabulary has a token for every byte, so that any text can be given to it and come out of it.
/// </summary>
internal sealed record TinyModel
{
    public string Architecture { get; init; } = "llama";

    /// <summary>Of the weights.</summary>
    public int Seed { get; init; } = 1;

    public int Layers { get; init; } = 2;

    public int Embedding { get; init; } = 32;

    public int Heads { get; init; } = 4;

    public int KvHeads { get; init; } = 2;

    /// <summary>Elements of a query or key head.</summary>
    public int KeyLength { get; init; } = 8;

    /// <summary>Elements of a value head.</summary>
    public int ValueLength { get; init; } = 8;

    public int FeedForward { get; init; } = 48;

    public int Context { get; init; } = 256;

    /// <summary>Element type of every matrix.</summary>
    public GgufTensorType Matrices { get; init; } = GgufTensorType.F32;

    /// <summary>Biases on every projection of the layers and on the output.</summary>
    public bool Biases { get; init; }

    /// <summary>Biases on q, k and v, as Qwen 2 has them.</summary>
    public bool QkvBiases { get; init; }

    /// <summary>Norms of query and key heads, as Qwen 3 has them.</summary>
    public bool HeadNorms { get; init; }

    /// <summary>No output matrix: the embedding table serves.</summary>
    public bool Tied { get; init; }

    /// <summary>Sliding window in tokens; 0 for none.</summary>
    public int Window { get; init; }

    /// <summary>Tensors of rotary factors, each of half the key length: rope_freqs, or rope_factors_long and rope_factors_short.</summary>
    public IReadOnlyList<string> RopeFactors { get; init; } = [];

    /// <summary>Keys set after all others, without "ARCH." where they begin with a dot.</summary>
    public IReadOnlyDictionary<string, GgufValue> Keys { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>Keys and tensors that are left out.</summary>
    public IReadOnlyCollection<string> Omitted { get; init; } = [];

    /// <summary>Tensors of another type or shape than the hyper-parameters ask for, full of zeros.</summary>
    public IReadOnlyDictionary<string, (GgufTensorType Type, long[] Dimensions)> Changed { get; init; } =
        new Dictionary<string, (GgufTensorType, long[])>();

    /// <summary>Writes the file into <paramref name="folder"/> and returns its path.</summary>
    public string Write(TemporaryFolder folder, string name = "tiny.gguf")
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in AllKeys().Where(pair => !Omitted.Contains(pair.Key)))
            writer.Set(key, value);
        var random = new Random(Seed);
        foreach ((string tensor, GgufTensorType type, long[] dimensions, double size) in Tensors())
        {
            if (Omitted.Contains(tensor))
                continue;
            if (Changed.TryGetValue(tensor, out var changed))
                writer.AddTensor(tensor, changed.Type, changed.Dimensions, new byte[GgufTensorTypes.ByteLength(changed.Type, Count(changed.Dimensions))]);
            else
                writer.AddTensor(tensor, type, dimensions, size == 0 ? Ones(random, dimensions) : RandomBlocks.Make(random, type, Count(dimensions), size));
        }
        string path = folder.File(name);
        writer.Write(path);
        return path;
    }

    /// <summary>The names of all tensors, in the file's order.</summary>
    public IEnumerable<string> TensorNames => Tensors().Select(tensor => tensor.Name);

    /// <summary>What tells one test case from another.</summary>
    public override string ToString() =>
        $"{Architecture} {Layers}x{Embedding} ffn {FeedForward} heads {Heads}:{KvHeads} of {KeyLength}, {ValueLength} {Matrices}"
        + (Window > 0 ? $" window {Window}" : "") + (Biases ? " biases" : "") + (Tied ? " tied" : "") + string.Concat(RopeFactors.Select(name => $" {name}"));

    private IEnumerable<(string Key, GgufValue Value)> AllKeys() =>
    [
        ("general.architecture", GgufValue.From(Architecture)),
        .. Sizes().Select(size => ($"{Architecture}.{size.Key}", GgufValue.From((uint)size.Value))),
        ($"{Architecture}.attention.layer_norm_rms_epsilon", GgufValue.From(1e-5f)),
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
        ("attention.head_count_kv", KvHeads),
        ("attention.key_length", KeyLength),
        ("attention.value_length", ValueLength),
        ("attention.sliding_window", Window),
    ];

    /// <summary>Names, types, shapes and the root mean square of the values; 0 for the weights of a norm.</summary>
    private IEnumerable<(string Name, GgufTensorType Type, long[] Dimensions, double Size)> Tensors()
    {
        yield return Matrix("token_embd.weight", Embedding, TinyVocabulary.Count, 1);
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (var tensor in LayerTensors($"blk.{layer}."))
                yield return tensor;
        }
        yield return Vector("output_norm.weight", Embedding, 0);
        if (!Tied)
            yield return Matrix("output.weight", Embedding, TinyVocabulary.Count, 2 / Math.Sqrt(Embedding));
        if (Biases)
            yield return Vector("output.bias", TinyVocabulary.Count, 0.3);
        foreach (string name in RopeFactors)
            yield return Vector(name, KeyLength / 2, 0);
    }

    private IEnumerable<(string Name, GgufTensorType Type, long[] Dimensions, double Size)> LayerTensors(string scope)
    {
        yield return Vector(scope + "attn_norm.weight", Embedding, 0);
        yield return Vector(scope + "ffn_norm.weight", Embedding, 0);
        foreach ((string name, int inputs, int outputs) in Projections())
        {
            yield return Matrix($"{scope}{name}.weight", inputs, outputs, 1 / Math.Sqrt(inputs));
            if (Biases || (QkvBiases && name is "attn_q" or "attn_k" or "attn_v"))
                yield return Vector($"{scope}{name}.bias", outputs, 0.3);
        }
        if (HeadNorms)
        {
            yield return Vector(scope + "attn_q_norm.weight", KeyLength, 0);
            yield return Vector(scope + "attn_k_norm.weight", KeyLength, 0);
        }
    }

    private IEnumerable<(string Name, int Inputs, int Outputs)> Projections() =>
    [
        ("attn_q", Embedding, Heads * KeyLength),
        ("attn_k", Embedding, KvHeads * KeyLength),
        ("attn_v", Embedding, KvHeads * ValueLength),
        ("attn_output", Heads * ValueLength, Embedding),
        ("ffn_gate", Embedding, FeedForward),
        ("ffn_up", Embedding, FeedForward),
        ("ffn_down", FeedForward, Embedding),
    ];

    private (string, GgufTensorType, long[], double) Matrix(string name, int inputs, int outputs, double size) =>
        (name, Matrices, [inputs, outputs], size);

    private static (string, GgufTensorType, long[], double) Vector(string name, int length, double size) =>
        (name, GgufTensorType.F32, [length], size);

    /// <summary>Numbers from 0.7 to 1.3.</summary>
    private static byte[] Ones(Random random, long[] dimensions)
    {
        var values = new float[Count(dimensions)];
        foreach (ref float value in values.AsSpan())
            value = (float)(0.7 + (0.6 * random.NextDouble()));
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }

    private static long Count(long[] dimensions) => dimensions.Aggregate((a, b) => a * b);
}
