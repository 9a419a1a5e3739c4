using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models.Families;

/// <summary>A random f32 tensor of a tiny file.</summary>
/// <param name="Name">As GGUF has it.</param>
/// <param name="Dimensions">Dimension 0 first.</param>
/// <param name="Size">Root mean square of the values; 0 for numbers around 1, the weights of a norm.</param>
/// <param name="Offset">Added to the values.</param>
internal readonly record struct TinyTensor(string Name, long[] Dimensions, double Size, float Offset = 0)
{
    public static TinyTensor Matrix(string name, int inputs, int outputs) => new(name + ".weight", [inputs, outputs], 1 / Math.Sqrt(inputs));

    public static TinyTensor Bias(string name, int length) => new(name + ".bias", [length], 0.3);

    public static TinyTensor Norm(string name, int width) => new(name + ".weight", [width], 0);
}

/// <summary>
/// One architecture's tiny random model: what stands in its file, and what a layer is, written from the architecture's definition with
/// <see cref="NaiveFamily"/>. Widths leave remainders everywhere.
/// </summary>
internal sealed record TinyFamily(string Architecture)
{
    /// <summary>Tells one shape of the architecture from another.</summary>
    public string Variant { get; init; } = "";

    public int Layers { get; init; } = 3;

    public int Embedding { get; init; } = 40;

    public int FeedForward { get; init; } = 44;

    public int KeyLength { get; init; } = 10;

    /// <summary>Query heads of each layer; the last number holds for all layers after.</summary>
    public int[] Heads { get; init; } = [4];

    /// <summary>Key and value heads of each layer.</summary>
    public int[] KvHeads { get; init; } = [2];

    public double Epsilon { get; init; } = 1e-5;

    /// <summary>Whether norms subtract the mean (Ba et al. 2016).</summary>
    public bool LayerNorms { get; init; }

    public bool Tied { get; init; }

    public string FinalNorm { get; init; } = "output_norm";

    /// <summary>Keys of this architecture, without its name.</summary>
    public IReadOnlyDictionary<string, object> Keys { get; init; } = new Dictionary<string, object>();

    /// <summary>Tensors outside the layers, besides embedding, final norm and output.</summary>
    public IReadOnlyList<TinyTensor> Tensors { get; init; } = [];

    /// <summary>Tensors of a layer.</summary>
    public required Func<TinyFamily, int, IEnumerable<TinyTensor>> LayerTensors { get; init; }

    /// <summary>The rows that the first layer gets, from those of the embedding table.</summary>
    public Func<double, double> Embed { get; init; } = value => value;

    /// <summary>A layer, residuals included.</summary>
    public required Func<NaiveFamily, int, double[][], double[][]> Layer { get; init; }

    /// <summary>What becomes of a logit.</summary>
    public Func<double, double> Logit { get; init; } = value => value;

    public int HeadsOf(int layer) => Heads[Math.Min(layer, Heads.Length - 1)];

    public int KvHeadsOf(int layer) => KvHeads[Math.Min(layer, KvHeads.Length - 1)];

    public override string ToString() => Variant.Length == 0 ? Architecture : $"{Architecture}, {Variant}";

    /// <summary>Writes the file into <paramref name="folder"/> and returns its path.</summary>
    public string Write(TemporaryFolder folder)
    {
        var writer = new GgufWriter();
        writer.Set("general.architecture", GgufValue.From(Architecture));
        foreach ((string key, object value) in Sizes.Concat(Keys.Select(pair => (pair.Key, pair.Value))))
            writer.Set($"{Architecture}.{key}", ValueOf(value));
        foreach ((string key, GgufValue value) in TinyVocabulary.Keys)
            writer.Set(key, value);
        var random = new Random(7);
        foreach (TinyTensor tensor in AllTensors())
            writer.AddTensor(tensor.Name, GgufTensorType.F32, tensor.Dimensions, Values(random, tensor));
        string path = folder.File(Architecture + ".gguf");
        writer.Write(path);
        return path;
    }

    /// <summary>Tensors of a layer that is like Llama's: a norm before attention and one before a gated feed-forward.</summary>
    public IEnumerable<TinyTensor> Llama(int layer) => [.. Norms(layer), .. Attention(layer), .. Dense(layer)];

    public IEnumerable<TinyTensor> Norms(int layer) =>
        [TinyTensor.Norm($"blk.{layer}.attn_norm", Embedding), TinyTensor.Norm($"blk.{layer}.ffn_norm", Embedding)];

    public IEnumerable<TinyTensor> NormBiases(int layer) =>
        [TinyTensor.Bias($"blk.{layer}.attn_norm", Embedding), TinyTensor.Bias($"blk.{layer}.ffn_norm", Embedding)];

    public IEnumerable<TinyTensor> HeadNorms(int layer) =>
        [TinyTensor.Norm($"blk.{layer}.attn_q_norm", KeyLength), TinyTensor.Norm($"blk.{layer}.attn_k_norm", KeyLength)];

    public IEnumerable<TinyTensor> Attention(int layer, bool biases = false, bool fused = false)
    {
        string scope = $"blk.{layer}.attn_";
        int q = HeadsOf(layer) * KeyLength, kv = KvHeadsOf(layer) * KeyLength;
        (string Name, int Inputs, int Outputs)[] matrices = fused
            ? [("qkv", Embedding, q + (2 * kv)), ("output", q, Embedding)]
            : [("q", Embedding, q), ("k", Embedding, kv), ("v", Embedding, kv), ("output", q, Embedding)];
        foreach ((string name, int inputs, int outputs) in matrices)
        {
            yield return TinyTensor.Matrix(scope + name, inputs, outputs);
            if (biases)
                yield return TinyTensor.Bias(scope + name, outputs);
        }
    }

    public IEnumerable<TinyTensor> Dense(int layer, int width = 0, string suffix = "", bool biases = false, bool gated = true)
    {
        string scope = $"blk.{layer}.ffn_";
        width = width == 0 ? FeedForward : width;
        (string Name, int Inputs, int Outputs)[] matrices = [("up", Embedding, width), ("down", width, Embedding), .. gated ? [("gate", Embedding, width)] : Array.Empty<(string, int, int)>()];
        foreach ((string name, int inputs, int outputs) in matrices)
        {
            yield return TinyTensor.Matrix(scope + name + suffix, inputs, outputs);
            if (biases)
                yield return TinyTensor.Bias(scope + name + suffix, outputs);
        }
    }

    /// <summary>A router and <paramref name="count"/> experts.</summary>
    public IEnumerable<TinyTensor> Experts(int layer, int count, int width, bool choiceBias = false, bool gated = true)
    {
        string scope = $"blk.{layer}.";
        yield return new TinyTensor(scope + "ffn_gate_inp.weight", [Embedding, count], 2 / Math.Sqrt(Embedding));
        if (choiceBias)
            yield return new TinyTensor(scope + "exp_probs_b.bias", [count], 0.3);
        if (gated)
            yield return new TinyTensor(scope + "ffn_gate_exps.weight", [Embedding, width, count], 1 / Math.Sqrt(Embedding));
        yield return new TinyTensor(scope + "ffn_up_exps.weight", [Embedding, width, count], 1 / Math.Sqrt(Embedding));
        yield return new TinyTensor(scope + "ffn_down_exps.weight", [width, Embedding, count], 1 / Math.Sqrt(width));
    }

    private IEnumerable<(string, object)> Sizes =>
    [
        ("context_length", 256),
        ("embedding_length", Embedding),
        ("block_count", Layers),
        .. Keys.ContainsKey("feed_forward_length") ? [] : new (string, object)[] { ("feed_forward_length", FeedForward) },
        ("attention.head_count", OneOrEach(Heads)),
        ("attention.head_count_kv", OneOrEach(KvHeads)),
        ("attention.key_length", KeyLength),
        ("attention.value_length", KeyLength),
        (LayerNorms ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon", (float)Epsilon),
    ];

    private static object OneOrEach(int[] counts) => counts.Length == 1 ? counts[0] : counts;

    private static GgufValue ValueOf(object value) => value switch
    {
        int number => GgufValue.From((uint)number),
        int[] numbers => GgufValue.FromArray(numbers),
        bool[] flags => GgufValue.FromArray(flags),
        float number => GgufValue.From(number),
        bool flag => GgufValue.From(flag),
        _ => GgufValue.From((string)value),
    };

    private IEnumerable<TinyTensor> AllTensors()
    {
        yield return new TinyTensor("token_embd.weight", [Embedding, TinyVocabulary.Count], 1);
        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (TinyTensor tensor in LayerTensors(this, layer))
                yield return tensor;
        }
        yield return TinyTensor.Norm(FinalNorm, Embedding);
        if (LayerNorms)
            yield return TinyTensor.Bias(FinalNorm, Embedding);
        if (!Tied)
            yield return new TinyTensor("output.weight", [Embedding, TinyVocabulary.Count], 2 / Math.Sqrt(Embedding));
        foreach (TinyTensor tensor in Tensors)
            yield return tensor;
    }

    private static byte[] Values(Random random, TinyTensor tensor)
    {
        var values = new float[tensor.Dimensions.Aggregate((a, b) => a * b)];
        foreach (ref float value in values.AsSpan())
        {
            double share = (2 * random.NextDouble()) - 1;
            value = tensor.Offset + (float)(tensor.Size == 0 ? 1 + (0.3 * share) : share * tensor.Size * Math.Sqrt(3));
        }
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
