using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// A small random model with recurrent layers, written as a GGUF file: lfm2 (its second layer is attention), mamba, mamba2, jamba (the
/// same), qwen3next (delta nets alone, dense feed-forwards).
/// </summary>
internal sealed record TinyRecurrentModel(string Architecture)
{
    private const int AttentionLayer = 1;
    private const int Heads = 4;
    private const int KvHeads = 2;

    /// <summary>Of the weights.</summary>
    public int Seed { get; init; } = 1;

    public int Layers { get; init; } = 3;

    public int Embedding { get; init; } = 24;

    public int FeedForward { get; init; } = 40;

    /// <summary>Elements of an attention head.</summary>
    public int HeadLength { get; init; } = 8;

    /// <summary>Channels of the recurrent layers.</summary>
    public int Inner { get; init; } = 30;

    public int StateSize { get; init; } = 5;

    /// <summary>Rows that a convolution spans.</summary>
    public int Kernel { get; init; } = 4;

    /// <summary>Mamba's rank of the time step; heads of the others.</summary>
    public int TimeStepRank { get; init; } = 6;

    public int Groups { get; init; } = 2;

    /// <summary>Whether Falcon Mamba's norms without weights are asked for.</summary>
    public bool NormsDtBc { get; init; }

    /// <summary>Delta nets: one projection for q, k, v and the gate, key head by key head.</summary>
    public bool FusedProjection { get; init; }

    /// <summary>Element type of every matrix.</summary>
    public GgufTensorType Matrices { get; init; } = GgufTensorType.F32;

    /// <summary>Keys set after all others, without "ARCH.".</summary>
    public IReadOnlyDictionary<string, GgufValue> Keys { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>Tensors that are left out.</summary>
    public IReadOnlyCollection<string> Omitted { get; init; } = [];

    /// <summary>The names of all tensors, in the file's order.</summary>
    public IEnumerable<string> TensorNames => Tensors().Select(tensor => tensor.Name);

    /// <summary>Writes the file into <paramref name="folder"/> and returns its path.</summary>
    public string Write(TemporaryFolder folder)
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in AllKeys())
            writer.Set(key, value);
        var random = new Random(Seed);
        foreach ((string name, long[] dimensions, (double Low, double High)? range) in Tensors().Where(tensor => !Omitted.Contains(tensor.Name)))
        {
            long count = dimensions.Aggregate((a, b) => a * b);
            if (range is { } r)
                writer.AddTensor(name, GgufTensorType.F32, dimensions, Numbers(random, count, r.Low, r.High));
            else
                writer.AddTensor(name, Matrices, dimensions, RandomBlocks.Make(random, Matrices, count, 1 / Math.Sqrt(dimensions[0])));
        }
        string path = folder.File("recurrent.gguf");
        writer.Write(path);
        return path;
    }

    /// <summary>What tells one test case from another.</summary>
    public override string ToString() =>
        $"{Architecture} {Layers}x{Embedding} inner {Inner} states {StateSize} kernel {Kernel} rank {TimeStepRank} groups {Groups} {Matrices}";

    private bool HasAttention(int layer) => Architecture is "lfm2" or "jamba" && layer == AttentionLayer;

    private IEnumerable<(string Key, GgufValue Value)> AllKeys() =>
    [
        ("general.architecture", GgufValue.From(Architecture)),
        .. Sizes().Select(size => ($"{Architecture}.{size.Key}", GgufValue.From((uint)size.Value))),
        ($"{Architecture}.attention.head_count_kv", GgufValue.FromArray(Enumerable.Range(0, Layers).Select(i => HasAttention(i) ? KvHeads : 0).ToArray())),
        ($"{Architecture}.attention.layer_norm_rms_epsilon", GgufValue.From(1e-5f)),
        ($"{Architecture}.ssm.dt_b_c_rms", GgufValue.From(NormsDtBc)),
        .. TinyVocabulary.Keys,
        .. Keys.Select(pair => ($"{Architecture}.{pair.Key}", pair.Value)),
    ];

    private IEnumerable<(string Key, int Value)> Sizes() =>
    [
        ("context_length", 256),
        ("embedding_length", Embedding),
        ("block_count", Layers),
        ("feed_forward_length", FeedForward),
        ("attention.head_count", Heads),
        ("attention.key_length", HeadLength),
        ("attention.value_length", HeadLength),
        ("attention.sliding_window", 0),
        ("shortconv.l_cache", Kernel),
        ("ssm.conv_kernel", Kernel),
        ("ssm.inner_size", Inner),
        ("ssm.state_size", StateSize),
        ("ssm.time_step_rank", TimeStepRank),
        ("ssm.group_count", Groups),
    ];

    /// <summary>Names, shapes and, but for matrices, the range of the values.</summary>
    private IEnumerable<(string Name, long[] Dimensions, (double Low, double High)? Range)> Tensors() =>
    [
        ("token_embd.weight", [Embedding, TinyVocabulary.Count], null),
        .. Enumerable.Range(0, Layers).SelectMany(i => LayerTensors(i).Select(t => ($"blk.{i}.{t.Name}", t.Dimensions, t.Range))),
        Norm(Architecture == "lfm2" ? "token_embd_norm.weight" : "output_norm.weight", Embedding),
        ("output.weight", [Embedding, TinyVocabulary.Count], null),
    ];

    private IEnumerable<(string Name, long[] Dimensions, (double Low, double High)? Range)> LayerTensors(int layer) =>
    [
        Norm("attn_norm.weight", Embedding),
        .. HasAttention(layer) ? Attention() : Architecture switch
        {
            "lfm2" => Convolution(),
            "mamba2" => Mamba2(),
            "qwen3next" => DeltaNet(),
            _ => Mamba(),
        },
        .. Architecture is "mamba" or "mamba2" ? [] : DenseFeedForward(),
    ];

    private IEnumerable<(string, long[], (double, double)?)> Attention() =>
    [
        ("attn_q.weight", [Embedding, Heads * HeadLength], null), ("attn_k.weight", [Embedding, KvHeads * HeadLength], null),
        ("attn_v.weight", [Embedding, KvHeads * HeadLength], null), ("attn_output.weight", [Heads * HeadLength, Embedding], null),
        .. Architecture == "lfm2" ? [Norm("attn_q_norm.weight", HeadLength), Norm("attn_k_norm.weight", HeadLength)] : Array.Empty<(string, long[], (double, double)?)>(),
    ];

    private IEnumerable<(string, long[], (double, double)?)> Convolution() =>
    [
        ("shortconv.in_proj.weight", [Embedding, 3 * Embedding], null), ("shortconv.conv.weight", [Kernel, Embedding], (-1, 1)),
        ("shortconv.out_proj.weight", [Embedding, Embedding], null),
    ];

    private IEnumerable<(string, long[], (double, double)?)> Mamba() =>
    [
        ("ssm_in.weight", [Embedding, 2 * Inner], null), .. ConvolutionOf(Inner), ("ssm_conv1d.bias", [Inner], (-0.5, 0.5)),
        ("ssm_x.weight", [Inner, TimeStepRank + (2 * StateSize)], null), ("ssm_dt.weight", [TimeStepRank, Inner], null), ("ssm_dt.bias", [Inner], (-3, 1)),
        ("ssm_a", [StateSize, Inner], (-4, -0.1)), ("ssm_d", [Inner], (0.5, 1.5)), ("ssm_out.weight", [Inner, Embedding], null),
        .. Architecture == "jamba" ? [Norm("ssm_dt_norm.weight", TimeStepRank), Norm("ssm_b_norm.weight", StateSize), Norm("ssm_c_norm.weight", StateSize)]
            : Array.Empty<(string, long[], (double, double)?)>(),
    ];

    private IEnumerable<(string, long[], (double, double)?)> Mamba2()
    {
        int convolved = Inner + (2 * Groups * StateSize);
        return
        [
            ("ssm_in.weight", [Embedding, Inner + convolved + TimeStepRank], null), .. ConvolutionOf(convolved), ("ssm_conv1d.bias", [convolved], (-0.5, 0.5)),
            ("ssm_dt.bias", [TimeStepRank], (-3, 1)), ("ssm_a", [1, TimeStepRank], (-4, -0.1)), ("ssm_d", [1, TimeStepRank], (0.5, 1.5)),
            ("ssm_norm.weight", [Inner / Groups, Groups], (0.7, 1.3)), ("ssm_out.weight", [Inner, Embedding], null),
        ];
    }

    private IEnumerable<(string, long[], (double, double)?)> DeltaNet()
    {
        int convolved = Inner + (2 * Groups * StateSize);
        return
        [
            .. FusedProjection ? [("ssm_in.weight", [Embedding, convolved + Inner], null)]
                : new (string, long[], (double, double)?)[] { ("attn_qkv.weight", [Embedding, convolved], null), ("attn_gate.weight", [Embedding, Inner], null) },
            ("ssm_ba.weight", [Embedding, 2 * TimeStepRank], null),
            .. ConvolutionOf(convolved), ("ssm_dt.bias", [TimeStepRank], (-3, 1)), ("ssm_a", [TimeStepRank], (-2, -0.1)),
            Norm("ssm_norm.weight", Inner / TimeStepRank), ("ssm_out.weight", [Inner, Embedding], null),
        ];
    }

    private IEnumerable<(string, long[], (double, double)?)> ConvolutionOf(int channels) => [("ssm_conv1d.weight", [Kernel, channels], (-1, 1))];

    private IEnumerable<(string, long[], (double, double)?)> DenseFeedForward() =>
    [
        Norm(Architecture == "qwen3next" ? "post_attention_norm.weight" : "ffn_norm.weight", Embedding), ("ffn_gate.weight", [Embedding, FeedForward], null),
        ("ffn_up.weight", [Embedding, FeedForward], null), ("ffn_down.weight", [FeedForward, Embedding], null),
    ];

    private static (string, long[], (double, double)?) Norm(string name, int width) => (name, [width], (0.7, 1.3));

    private static byte[] Numbers(Random random, long count, double low, double high)
    {
        var values = new float[count];
        foreach (ref float value in values.AsSpan())
            value = (float)(low + ((high - low) * random.NextDouble()));
        return MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
    }
}
