using LlamaInterop.Gguf;

namespace LlamaInterop.Models;

/// <summary>
/// A decoder's sizes, read from <c>general.architecture</c>'s keys in one place, with their defaults, and checked: every size is
/// positive and small enough that products of two fit an int.
/// </summary>
internal sealed class HyperParameters
{
    private const int MaxSize = 1 << 24;
    private readonly GgufMetadata _metadata;

    private HyperParameters(GgufMetadata metadata, string arch)
    {
        _metadata = metadata;
        Architecture = arch;
    }

    /// <summary>GGUF's <c>general.architecture</c>.</summary>
    public string Architecture { get; }

    public int Layers { get; private init; }

    /// <summary>The context that the model was trained for, in tokens.</summary>
    public int ContextLength { get; private init; }

    public int EmbeddingLength { get; private init; }

    public int FeedForwardLength { get; private init; }

    public int Heads { get; private init; }

    public int KvHeads { get; private init; }

    /// <summary>Elements of a query or key head.</summary>
    public int KeyLength { get; private init; }

    /// <summary>Elements of a value head.</summary>
    public int ValueLength { get; private init; }

    public float NormEpsilon { get; private init; }

    /// <summary>Keys this many positions back are not seen; 0 for all seen.</summary>
    public int SlidingWindow { get; private init; }

    public required RopeParameters Rope { get; init; }

    public static HyperParameters Read(GgufMetadata metadata, string arch, RopeOverrides rope)
    {
        int Size(string key, int? defaultValue = null, int max = MaxSize) => ReadSize(metadata, $"{arch}.{key}", defaultValue, 1, max);
        int embedding = Size("embedding_length");
        int heads = Size("attention.head_count", max: 1 << 16);
        int kvHeads = Size("attention.head_count_kv", heads, 1 << 16);
        if (heads % kvHeads != 0)
            throw new ModelException($"{metadata.Path}: {arch}.attention.head_count {heads} is no multiple of head_count_kv {kvHeads}");
        int keyLength = Size("attention.key_length", Math.Max(1, embedding / heads), 1 << 16);
        int context = Size("context_length", max: int.MaxValue);
        return new HyperParameters(metadata, arch)
        {
            Layers = Size("block_count", max: 4096),
            ContextLength = context,
            EmbeddingLength = embedding,
            FeedForwardLength = Size("feed_forward_length"),
            Heads = heads,
            KvHeads = kvHeads,
            KeyLength = keyLength,
            ValueLength = Size("attention.value_length", Math.Max(1, embedding / heads), 1 << 16),
            NormEpsilon = ReadEpsilon(metadata, $"{arch}.attention.layer_norm_rms_epsilon"),
            SlidingWindow = ReadSize(metadata, $"{arch}.attention.sliding_window", 0, 0, int.MaxValue),
            Rope = RopeParameters.Read(metadata, arch, keyLength, context, rope),
        };
    }

    /// <summary>A key of this architecture that few others have, or its default.</summary>
    public float Float(string key, float defaultValue)
    {
        float value = _metadata.GetFloatOrDefault($"{Architecture}.{key}", defaultValue);
        return float.IsFinite(value) ? value : throw new ModelException($"{_metadata.Path}: {Architecture}.{key} is not finite");
    }

    private static int ReadSize(GgufMetadata metadata, string key, int? defaultValue, int min, int max)
    {
        long value = defaultValue is { } d ? metadata.GetInt64OrDefault(key, d) : metadata.GetInt64(key);
        return value >= min && value <= max ? (int)value
            : throw new ModelException($"{metadata.Path}: {key} is {value}, but must be from {min} to {max}");
    }

    private static float ReadEpsilon(GgufMetadata metadata, string key)
    {
        float value = metadata.GetFloat(key);
        return value >= 0 && value < 1 ? value : throw new ModelException($"{metadata.Path}: {key} is {value}, but must be from 0 to below 1");
    }
}
