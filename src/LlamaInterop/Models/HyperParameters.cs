using LlamaInterop.Compute;
using LlamaInterop.Gguf;

namespace LlamaInterop.Models;

/// <summary>
/// A model's sizes, read from <c>general.architecture</c>'s keys in one place, with their defaults, and checked. What only some
/// families have (experts, recurrent states, latent attention) is read when it is asked for.
/// </summary>
internal sealed class HyperParameters
{
    private const int MaxHeads = 1 << 16;
    private readonly HyperParameterReader _keys;
    private readonly RopeOverrides _ropeOverrides;
    private RopeParameters? _rope;

    private HyperParameters(HyperParameterReader keys, RopeOverrides rope)
    {
        _keys = keys;
        _ropeOverrides = rope;
    }

    /// <summary>GGUF's <c>general.architecture</c>.</summary>
    public string Architecture => _keys.Architecture;

    /// <summary>For what only one family has; see <see cref="HyperParameterReader"/>.</summary>
    public HyperParameterReader Keys => _keys;

    /// <summary>Layers, without those at the end that predict tokens further ahead.</summary>
    public int Layers { get; private init; }

    /// <summary>The context that the model was trained for, in tokens.</summary>
    public int ContextLength { get; private init; }

    public int EmbeddingLength { get; private init; }

    /// <summary>Width of the feed-forward of each layer.</summary>
    public required IReadOnlyList<int> FeedForwardLengths { get; init; }

    /// <summary>Query heads of each layer.</summary>
    public required IReadOnlyList<int> HeadCounts { get; init; }

    /// <summary>Key and value heads of each layer; 0 where a layer has no attention.</summary>
    public required IReadOnlyList<int> KvHeadCounts { get; init; }

    /// <summary>Query heads of the first layer that has any.</summary>
    public int Heads => HeadCounts.FirstOrDefault(n => n > 0);

    /// <summary>Key and value heads of the first layer that has any.</summary>
    public int KvHeads => KvHeadCounts.FirstOrDefault(n => n > 0);

    public int FeedForwardLength => FeedForwardLengths[0];

    /// <summary>Inner width of a layer that has a dense feed-forward.</summary>
    public int FeedForwardOf(int layer) => FeedForwardLengths[layer] > 0 ? FeedForwardLengths[layer]
        : throw _keys.Wrong(_keys.FullName("feed_forward_length"), $"is missing or 0 for layer {layer}");

    /// <summary>Query heads, and key and value heads, of a layer that has attention.</summary>
    public (int Heads, int KvHeads) AttentionHeads(int layer)
    {
        int heads = HeadCounts[layer], kvHeads = KvHeadCounts[layer];
        if (heads < 1)
            throw _keys.Wrong(_keys.FullName("attention.head_count"), $"is missing or 0 for layer {layer}");
        if (kvHeads < 1)
            throw _keys.Wrong(_keys.FullName("attention.head_count_kv"), $"is 0 for layer {layer}, which has attention");
        return heads % kvHeads == 0 ? (heads, kvHeads)
            : throw _keys.Wrong(_keys.FullName("attention.head_count"), $"{heads} is no multiple of attention.head_count_kv {kvHeads}");
    }

    /// <summary>Elements of a query or key head.</summary>
    public int KeyLength { get; private init; }

    /// <summary>Elements of a value head.</summary>
    public int ValueLength { get; private init; }

    /// <summary>Epsilon of RMS norms and layer norms.</summary>
    public float NormEpsilon { get; private init; }

    /// <summary>Keys this many positions back are not seen; 0 for all seen.</summary>
    public int SlidingWindow { get; private init; }

    /// <summary>Whether keys after a query are hidden from it: false for encoders.</summary>
    public bool Causal { get; private init; }

    /// <summary>Rotary positions; a model without them never asks.</summary>
    public RopeParameters Rope => _rope ??= RopeParameters.Read(_keys, KeyLength, ContextLength, _ropeOverrides);

    public ExpertParameters Experts => ExpertParameters.Read(_keys, FeedForwardLength);

    public StateSpaceParameters StateSpace => StateSpaceParameters.Read(_keys);

    /// <summary>State spaces of heads and groups of heads: Mamba 2, delta nets.</summary>
    public StateSpaceParameters HeadedStateSpace => StateSpaceParameters.ReadHeaded(_keys);

    public static HyperParameters Read(GgufMetadata metadata, string arch, RopeOverrides rope)
    {
        var keys = new HyperParameterReader(metadata, arch);
        int blocks = keys.Size("block_count", max: 4096);
        int layers = blocks - keys.Size("nextn_predict_layers", 0, 0, blocks - 1);
        int embedding = keys.Size("embedding_length");
        IReadOnlyList<int> heads = keys.Sizes("attention.head_count", layers, 0, 0, MaxHeads);
        IReadOnlyList<int> kvHeads = keys.Has("attention.head_count_kv") ? keys.Sizes("attention.head_count_kv", layers, 0, 0, MaxHeads) : heads;
        int first = Math.Max(1, heads.FirstOrDefault(n => n > 0));
        return new HyperParameters(keys, rope)
        {
            Layers = layers,
            ContextLength = keys.Size("context_length", max: int.MaxValue),
            EmbeddingLength = embedding,
            FeedForwardLengths = keys.Sizes("feed_forward_length", layers, 0, 0),
            HeadCounts = heads,
            KvHeadCounts = kvHeads,
            KeyLength = keys.Size("attention.key_length", Math.Max(1, embedding / first), max: MaxHeads),
            ValueLength = keys.Size("attention.value_length", Math.Max(1, embedding / first), max: MaxHeads),
            NormEpsilon = ReadEpsilon(keys),
            SlidingWindow = keys.Has("attention.sliding_window") && !IsArray(metadata, $"{arch}.attention.sliding_window")
                ? keys.Size("attention.sliding_window", 0, 0, int.MaxValue) : 0,
            Causal = keys.Bool("attention.causal", true),
        };
    }

    /// <summary>A key of this architecture that few others have, or its default.</summary>
    public float Float(string key, float defaultValue, float min = float.MinValue, float max = float.MaxValue) => _keys.Float(key, defaultValue, min, max);

    /// <summary>A factor of this architecture; 0 in a file means that nobody set it.</summary>
    public float Factor(string key, float defaultValue = 1)
    {
        float factor = _keys.Float(key, defaultValue);
        return factor == 0 ? defaultValue : factor;
    }

    /// <summary>
    /// Rotary frequencies of windowed layers in models that stretch those of the others only: unscaled, from <c>rope.freq_base_swa</c>.
    /// </summary>
    public RopeFrequencies WindowedRope(float defaultBase) => Rope.Frequencies with
    {
        Base = _keys.Float("rope.freq_base_swa", defaultBase, min: float.Epsilon),
        Scale = 1,
        ExtFactor = 0,
        AttentionFactor = 1,
    };

    /// <summary>The window of a layer, 0 where it sees all; <paramref name="defaultWindow"/> where the file has no key for it.</summary>
    public int WindowOf(int layer, int period, int defaultWindow = 0)
    {
        int window = _keys.Has("attention.sliding_window") ? SlidingWindow : defaultWindow;
        return window > 0 && FollowsPattern(layer, period, globalFirst: false) ? window : 0;
    }

    /// <summary>
    /// Which layers see a window only: <c>attention.sliding_window_pattern</c> as booleans per layer, or as a period whose last (or
    /// first) layer sees all; <paramref name="period"/> where the file has none.
    /// </summary>
    public bool IsWindowed(int layer, int period, bool globalFirst = false) => SlidingWindow > 0 && FollowsPattern(layer, period, globalFirst);

    private bool FollowsPattern(int layer, int period, bool globalFirst)
    {
        const string key = "attention.sliding_window_pattern";
        if (_keys.Has(key) && IsArray(_keys.Metadata, _keys.FullName(key)))
            return _keys.Flags(key, Layers)[layer];
        int p = _keys.Size(key, period);
        return layer % p != (globalFirst ? 0 : p - 1);
    }

    private static bool IsArray(GgufMetadata metadata, string name) => metadata.TryGet(name, out GgufValue value) && value.Type == GgufValueType.Array;

    private static float ReadEpsilon(HyperParameterReader keys)
    {
        const string rms = "attention.layer_norm_rms_epsilon", layer = "attention.layer_norm_epsilon";
        string key = keys.Has(layer) && !keys.Has(rms) ? layer : rms;
        float value = keys.Float(key);
        return value >= 0 && value < 1 ? value : throw keys.Wrong(keys.FullName(key), $"is {value}, but must be from 0 to below 1");
    }
}
