namespace LlamaInterop.Models.Blocks;

/// <summary>1 + factor·ln(1 + floor((position + offset) / period)), which queries are multiplied by.</summary>
internal sealed record AttentionTemperature(float Factor, int Period, int Offset);

/// <summary>What varies between the attention of one family's layer and another's; what the file's tensors show needs no word here.</summary>
internal sealed record AttentionVariant
{
    /// <summary>Query heads; key and value heads.</summary>
    public required int Heads { get; init; }

    public required int KvHeads { get; init; }

    /// <summary>Elements of a query or key head, and of a value head.</summary>
    public required int KeyLength { get; init; }

    public required int ValueLength { get; init; }

    /// <summary>Factor of q·k.</summary>
    public required float Scale { get; init; }

    /// <summary>Rotary positions; null for none.</summary>
    public Rotary? Rotary { get; init; }

    /// <summary>What a query sees of earlier positions; 0 for all.</summary>
    public int Window { get; init; }

    public WindowKind WindowKind { get; init; }

    public bool Causal { get; init; } = true;

    /// <summary>c of c·tanh(score / c); 0 for none.</summary>
    public float SoftCap { get; init; }

    /// <summary>Max bias of ALiBi; 0 for none.</summary>
    public float AlibiMaxBias { get; init; }

    /// <summary>Limit of the elements of q, k and v; 0 for none.</summary>
    public float Clamp { get; init; }

    /// <summary>Kind of the norms of q and k, where the file has them.</summary>
    public NormKind HeadNorm { get; init; }

    /// <summary>Whether a file without norms of q and k is refused.</summary>
    public bool NeedsHeadNorms { get; init; }

    /// <summary>Whether q and k are normed after the rotation.</summary>
    public bool NormsAfterRotation { get; init; }

    /// <summary>Whether q and k are normed without weights, head by head.</summary>
    public bool PlainHeadNorms { get; init; }

    /// <summary>Factor of queries that grows with their position; null for none.</summary>
    public AttentionTemperature? Temperature { get; init; }

    /// <summary>Whether every query head comes with a gate of its result, in the rows of the query matrix after the head's own.</summary>
    public bool GatesOutput { get; init; }

    /// <summary>Whether values are normed without weights, head by head.</summary>
    public bool NormsValues { get; init; }

    /// <summary>Whether keys, as projected, are the values too where the file has no matrix for these.</summary>
    public bool KeysMayBeValues { get; init; }

    /// <summary>The cache of an earlier layer whose keys and values this one reads in place of its own; null for its own.</summary>
    public int? SharedCache { get; init; }

    /// <summary>What the file's hyper-parameters say of a layer: sizes, scale, limits and window; no rotary positions.</summary>
    public static AttentionVariant Of(ModelSource source, int layer)
    {
        HyperParameters p = source.Parameters;
        (int heads, int kvHeads) = p.AttentionHeads(layer);
        float scale = p.Float("attention.scale", 0);
        return new AttentionVariant
        {
            Heads = heads,
            KvHeads = kvHeads,
            KeyLength = p.KeyLength,
            ValueLength = p.ValueLength,
            Scale = scale == 0 ? 1 / MathF.Sqrt(p.KeyLength) : scale,
            Window = p.SlidingWindow,
            Causal = p.Causal,
            SoftCap = p.Float("attn_logit_softcapping", 0, min: 0),
            Clamp = p.Float("attention.clamp_kqv", 0, min: 0),
        };
    }
}
