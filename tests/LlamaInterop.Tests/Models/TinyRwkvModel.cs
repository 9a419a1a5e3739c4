using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>A small random rwkv6, rwkv7 or arwkv7, written as a GGUF file.</summary>
internal sealed record TinyRwkvModel(string Architecture)
{
    /// <summary>Of the weights.</summary>
    public int Seed { get; init; } = 1;

    public int Layers { get; init; } = 3;

    public int Heads { get; init; } = 3;

    public int HeadSize { get; init; } = 10;

    public int FeedForward { get; init; } = 44;

    /// <summary>Numbers that the low-rank projections pass through.</summary>
    public int Rank { get; init; } = 6;

    /// <summary>RWKV 6: the five parts of the row before as a tensor each.</summary>
    public bool SeparateParts { get; init; }

    /// <summary>RWKV 6: after so many layers each the rows are halved.</summary>
    public int RescaleEvery { get; init; }

    /// <summary>RWKV 7: whether the result is gated; ARWKV 7: with that also normed.</summary>
    public bool HasGate { get; init; } = true;

    /// <summary>Element type of every matrix that published files quantize.</summary>
    public GgufTensorType Matrices { get; init; } = GgufTensorType.F32;

    /// <summary>Keys set after all others, without "ARCH.".</summary>
    public IReadOnlyDictionary<string, GgufValue> Keys { get; init; } = new Dictionary<string, GgufValue>();

    private int Embedding => Heads * HeadSize;

    /// <summary>Writes the file into <paramref name="folder"/> and returns its path.</summary>
    public string Write(TemporaryFolder folder)
    {
        var writer = new GgufWriter();
        foreach ((string key, GgufValue value) in AllKeys())
            writer.Set(key, value);
        var random = new Random(Seed);
        foreach ((string name, GgufTensorType type, long[] dimensions, double size) in Tensors())
            writer.AddTensor(name, type, dimensions, RandomBlocks.Make(random, type, dimensions.Aggregate((a, b) => a * b), size));
        string path = folder.File("rwkv.gguf");
        writer.Write(path);
        return path;
    }

    /// <summary>What tells one test case from another.</summary>
    public override string ToString() => $"{Architecture} {Layers} layers, {Heads} heads of {HeadSize}, rank {Rank} {Matrices}"
        + (SeparateParts ? " separate parts" : "") + (RescaleEvery > 0 ? $" rescaled every {RescaleEvery}" : "") + (HasGate ? "" : " no gate");

    private IEnumerable<(string Key, GgufValue Value)> AllKeys() =>
    [
        ("general.architecture", GgufValue.From(Architecture)),
        .. Sizes().Select(size => ($"{Architecture}.{size.Key}", GgufValue.From((uint)size.Value))),
        ($"{Architecture}.attention.{(Architecture == "arwkv7" ? "layer_norm_rms_epsilon" : "layer_norm_epsilon")}", GgufValue.From(1e-5f)),
        .. TinyVocabulary.Keys,
        .. Keys.Select(pair => ($"{Architecture}.{pair.Key}", pair.Value)),
    ];

    private IEnumerable<(string Key, int Value)> Sizes() =>
    [
        ("context_length", 1 << 20), ("embedding_length", Embedding), ("block_count", Layers), ("feed_forward_length", FeedForward),
        ("attention.head_count", 0), ("wkv.head_size", HeadSize), ("rescale_every_n_layers", RescaleEvery),
        ("time_mix_extra_dim", Rank), ("time_decay_extra_dim", Rank + 1), ("attention.decay_lora_rank", Rank), ("attention.iclr_lora_rank", Rank),
        ("attention.value_residual_mix_lora_rank", Rank), ("attention.gate_lora_rank", HasGate ? Rank : 0),
    ];

    private IEnumerable<(string Name, GgufTensorType Type, long[] Dimensions, double Size)> Tensors() =>
    [
        Matrix("token_embd.weight", Embedding, TinyVocabulary.Count),
        .. Architecture == "arwkv7" ? [] : Norm("token_embd_norm"),
        .. Enumerable.Range(0, Layers).SelectMany(i => LayerTensors().Select(t => t with { Item1 = $"blk.{i}.{t.Item1}" })),
        .. Norm("output_norm"),
        Matrix("output.weight", Embedding, TinyVocabulary.Count),
    ];

    private IEnumerable<(string, GgufTensorType, long[], double)> LayerTensors() =>
    [
        .. Norm("attn_norm"),
        .. new[] { "receptance", "key", "value", "output" }.Select(name => Matrix($"time_mix_{name}.weight", Embedding, Embedding)),
        .. Architecture == "rwkv6" ? TimeMix6() : TimeMix7(),
        .. Architecture == "arwkv7" ? DenseFeedForward() : ChannelMix(),
    ];

    private IEnumerable<(string, GgufTensorType, long[], double)> TimeMix6() =>
    [
        Matrix("time_mix_gate.weight", Embedding, Embedding), Vector("time_mix_ln.weight"), Vector("time_mix_ln.bias"),
        Vector("time_mix_lerp_x.weight"), Small("time_mix_w1.weight", Embedding, 5 * Rank), Small("time_mix_w2.weight", Rank, Embedding, 5),
        .. SeparateParts ? new[] { "w", "k", "v", "r", "g" }.Select(name => Small($"time_mix_lerp_{name}.weight", Embedding, 1, 1)) : [Small("time_mix_lerp_fused.weight", Embedding, 1, 1, 5)],
        Small("time_mix_first.weight", HeadSize, Heads), Vector("time_mix_decay.weight"),
        Small("time_mix_decay_w1.weight", Embedding, Rank + 1), Small("time_mix_decay_w2.weight", Rank + 1, Embedding),
    ];

    private IEnumerable<(string, GgufTensorType, long[], double)> TimeMix7() =>
    [
        .. Architecture == "rwkv7" || HasGate ? [Vector("time_mix_ln.weight"), Vector("time_mix_ln.bias")] : Array.Empty<(string, GgufTensorType, long[], double)>(),
        Small("time_mix_lerp_fused.weight", Embedding, 1, 1, HasGate ? 6 : 5),
        .. new[] { "w", "a", "v" }.SelectMany(name => LowRank(name).Append(Vector($"time_mix_{name}0.weight"))),
        .. HasGate ? LowRank("g") : [],
        Vector("time_mix_k_k.weight"), Vector("time_mix_k_a.weight"), Vector("time_mix_r_k.weight"),
    ];

    private IEnumerable<(string, GgufTensorType, long[], double)> LowRank(string name) =>
        [Small($"time_mix_{name}1.weight", Embedding, Rank), Small($"time_mix_{name}2.weight", Rank, Embedding)];

    private IEnumerable<(string, GgufTensorType, long[], double)> ChannelMix() =>
    [
        .. Norm("attn_norm_2"), Vector("channel_mix_lerp_k.weight"), Matrix("channel_mix_key.weight", Embedding, FeedForward),
        Matrix("channel_mix_value.weight", FeedForward, Embedding),
        .. Architecture == "rwkv6" ? [Vector("channel_mix_lerp_r.weight"), Matrix("channel_mix_receptance.weight", Embedding, Embedding)]
            : Array.Empty<(string, GgufTensorType, long[], double)>(),
    ];

    private IEnumerable<(string, GgufTensorType, long[], double)> DenseFeedForward() =>
    [
        .. Norm("ffn_norm"), Matrix("ffn_gate.weight", Embedding, FeedForward), Matrix("ffn_up.weight", Embedding, FeedForward),
        Matrix("ffn_down.weight", FeedForward, Embedding),
    ];

    /// <summary>RMS norms in ARWKV, layer norms elsewhere.</summary>
    private IEnumerable<(string, GgufTensorType, long[], double)> Norm(string name) =>
        Architecture == "arwkv7" ? [Vector(name + ".weight")] : [Vector(name + ".weight"), Vector(name + ".bias")];

    private (string, GgufTensorType, long[], double) Vector(string name) => (name, GgufTensorType.F32, [Embedding], 0.7);

    private static (string, GgufTensorType, long[], double) Small(string name, params long[] dimensions) => (name, GgufTensorType.F32, dimensions, 0.3);

    private (string, GgufTensorType, long[], double) Matrix(string name, int inputs, int outputs) => (name, Matrices, [inputs, outputs], 1 / Math.Sqrt(inputs));
}
