using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// A small random model, written as a GGUF file: any dialect, head counts and widths, with what members of a family may add (biases, head
/// norms, windows, rotary scalings). Its vocabulary has a token for every byte, so that any text can be given to it and come out of it.
/// </summary>
internal sealed record TinyModel
{
    /// <summary>Its architecture, or a variant of one, by its name in <see cref="Dialects"/>.</summary>
    public string Architecture { get; init; } = "llama";

    public Dialect Dialect => Dialects.Of(Architecture);

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
        ("general.architecture", GgufValue.From(Dialect.Architecture)),
        .. Sizes().Select(size => ($"{Dialect.Architecture}.{size.Key}", GgufValue.From((uint)size.Value))),
        ($"{Dialect.Architecture}.attention.layer_norm_{(Dialect.LayerNorms ? "" : "rms_")}epsilon", GgufValue.From(1e-5f)),
        .. TinyVocabulary.Keys,
        .. Dialect.Keys.Concat(Keys).Select(pair => (pair.Key[0] == '.' ? Dialect.Architecture + pair.Key : pair.Key, pair.Value)),
    ];

    private IEnumerable<(string Key, int Value)> Sizes() =>
    [
        ("context_length", Context),
        ("embedding_length", Embedding),
        ("block_count", Layers),
        ("feed_forward_length", Dialect.CountsGateAndUp ? 2 * FeedForward : FeedForward),
        ("attention.head_count", Heads),
        ("attention.head_count_kv", KvHeads),
        ("attention.key_length", KeyLength),
        ("attention.value_length", ValueLength),
        ("attention.sliding_window", Window),
    ];

    /// <summary>Names, types, shapes and the root mean square of the values; 0 for the weights of a norm.</summary>
    private IEnumerable<(string Name, GgufTensorType Type, long[] Dimensions, double Size)> Tensors() =>
    [
        Matrix("token_embd.weight", Embedding, TinyVocabulary.Count, 1),
        .. Dialect.Positions == Positions.Learned ? [Matrix("position_embd.weight", Embedding, Context, 0.5)] : NoTensors,
        .. Dialect.EmbeddingNorm ? Norm("token_embd_norm", Embedding) : NoTensors,
        .. Enumerable.Range(0, Layers).SelectMany(layer => LayerTensors($"blk.{layer}.")),
        .. Norm("output_norm", Embedding),
        .. Tied ? NoTensors : [Matrix("output.weight", Embedding, TinyVocabulary.Count, 2 / Math.Sqrt(Embedding))],
        .. Biases || Dialect.Biases ? [Vector("output.bias", TinyVocabulary.Count, 0.3)] : NoTensors,
        .. RopeFactors.Select(name => Vector(name, KeyLength / 2, 0)),
    ];

    private IEnumerable<(string Name, GgufTensorType Type, long[] Dimensions, double Size)> LayerTensors(string scope) =>
    [
        .. Norms().SelectMany(norm => Norm(scope + norm.Name, norm.Length)),
        .. Projections().SelectMany(p => Projection(scope + p.Name, p.Inputs, p.Outputs, p.IsQkv)),
        .. HeadNorm(scope + "attn_q_norm.weight", Heads),
        .. HeadNorm(scope + "attn_k_norm.weight", KvHeads),
    ];

    private IEnumerable<(string Name, int Length)> Norms()
    {
        if (Dialect.Norms != NormPlace.Behind)
            yield return (Dialect.AttentionNorm, Embedding);
        if (Dialect.HasFeedForwardNorm)
            yield return (Dialect.FeedForwardNorm, Embedding);
        if (Dialect.Norms != NormPlace.Before)
        {
            yield return ("post_attention_norm", Embedding);
            yield return ("post_ffw_norm", Embedding);
        }
        if (Dialect.InnerNorms)
        {
            yield return ("attn_sub_norm", Heads * ValueLength);
            yield return ("ffn_sub_norm", FeedForward);
        }
    }

    private IEnumerable<(string Name, int Inputs, int Outputs, bool IsQkv)> Projections()
    {
        (int q, int k, int v) = (Heads * KeyLength, KvHeads * KeyLength, KvHeads * ValueLength);
        if (Dialect.FusedQkv)
        {
            yield return ("attn_qkv", Embedding, q + k + v, true);
        }
        else
        {
            yield return ("attn_q", Embedding, q, true);
            yield return ("attn_k", Embedding, k, true);
            yield return ("attn_v", Embedding, v, true);
        }
        yield return ("attn_output", Heads * ValueLength, Embedding, false);
        if (Dialect is { Gated: true, FusedGate: false })
            yield return ("ffn_gate", Embedding, FeedForward, false);
        yield return ("ffn_up", Embedding, Dialect.FusedGate ? 2 * FeedForward : FeedForward, false);
        yield return ("ffn_down", FeedForward, Embedding, false);
    }

    private IEnumerable<(string, GgufTensorType, long[], double)> Projection(string name, int inputs, int outputs, bool isQkv)
    {
        yield return Matrix(name + ".weight", inputs, outputs, 1 / Math.Sqrt(inputs));
        if (Biases || Dialect.Biases || (isQkv && (QkvBiases || Dialect.QkvBiases)))
            yield return Vector(name + ".bias", outputs, 0.3);
    }

    private IEnumerable<(string, GgufTensorType, long[], double)> Norm(string name, int length)
    {
        if (Dialect.NormWeights)
            yield return Vector(name + ".weight", length, 0);
        if (Dialect.NormBiases)
            yield return Vector(name + ".bias", length, 0.3);
    }

    private IEnumerable<(string, GgufTensorType, long[], double)> HeadNorm(string name, int heads) => Dialect.HeadNorms switch
    {
        HeadNormSpan.Projection => [Vector(name, KeyLength * heads, 0)],
        HeadNormSpan.EachHead => [(name, GgufTensorType.F32, [KeyLength, heads], 0)],
        HeadNormSpan.Head => [Vector(name, KeyLength, 0)],
        _ => HeadNorms ? [Vector(name, KeyLength, 0)] : NoTensors,
    };

    private static (string, GgufTensorType, long[], double)[] NoTensors => [];

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
