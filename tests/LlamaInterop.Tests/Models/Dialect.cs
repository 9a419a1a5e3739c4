using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Where a layer's norms stand.</summary>
internal enum NormPlace
{
    Before,
    BeforeAndBehind,
    Behind,
}

/// <summary>What a norm of q and k spans.</summary>
internal enum HeadNormSpan
{
    None,

    /// <summary>One weight for all heads.</summary>
    Head,

    /// <summary>A weight for each head.</summary>
    EachHead,

    /// <summary>All heads together.</summary>
    Projection,
}

/// <summary>What a query knows of distance.</summary>
internal enum Positions
{
    Rotary,
    Alibi,
    Learned,
}

/// <summary>
/// How one architecture departs from Llama, stated from its paper for <see cref="TinyModel"/>, which writes such files, and
/// <see cref="NaiveDecoder"/>, which computes them. The engine's own account of the same stands in LlamaInterop.Models.
/// </summary>
/// <param name="Architecture">GGUF's name.</param>
internal sealed record Dialect(string Architecture)
{
    /// <summary>Mean and deviation instead of the root of mean squares; for head norms too.</summary>
    public bool LayerNorms { get; init; }

    /// <summary>Whether norms have weights.</summary>
    public bool NormWeights { get; init; } = true;

    public bool NormBiases { get; init; }

    public NormPlace Norms { get; init; }

    /// <summary>Names of the norms before attention and feed-forward.</summary>
    public string AttentionNorm { get; init; } = "attn_norm";

    public string FeedForwardNorm { get; init; } = "ffn_norm";

    /// <summary>Whether attention and feed-forward read the same rows.</summary>
    public bool SideBySide { get; init; }

    public bool EmbeddingNorm { get; init; }

    /// <summary>Norms before the output and down projections.</summary>
    public bool InnerNorms { get; init; }

    public HeadNormSpan HeadNorms { get; init; }

    public bool HeadNormsBehindRotation { get; init; }

    /// <summary>Biases on q, k and v; on every projection.</summary>
    public bool QkvBiases { get; init; }

    public bool Biases { get; init; }

    /// <summary>q, k and v in one matrix; gate and up in one.</summary>
    public bool FusedQkv { get; init; }

    public bool FusedGate { get; init; }

    public bool Gated { get; init; } = true;

    /// <summary>Whether the file's feed_forward_length counts gate and up.</summary>
    public bool CountsGateAndUp { get; init; }

    public Func<double, double> Activation { get; init; } = Activations.Silu;

    public Positions Positions { get; init; }

    /// <summary>Whether rotary pairs are neighbours, not a half of the head apart.</summary>
    public bool Neighbours { get; init; }

    /// <summary>Every so many layers one sees all and the others a window; 0 where a window is for all.</summary>
    public int WindowPeriod { get; init; }

    /// <summary>Whether windowed layers have frequencies of their own, unscaled, from rope.freq_base_swa.</summary>
    public bool OwnRopeInWindows { get; init; }

    /// <summary>Whether layers that see all have no positions where others have windows.</summary>
    public bool OnlyWindowsArePlaced { get; init; }

    /// <summary>Every so many layers the last has no positions; 0 for none.</summary>
    public int UnplacedPeriod { get; init; }

    /// <summary>Limit of the elements of q, k and v.</summary>
    public double Clamp { get; init; } = double.PositiveInfinity;

    /// <summary>c of c·tanh(x / c) over scores and logits; 0 for none.</summary>
    public double ScoreCap { get; init; }

    public double LogitCap { get; init; }

    /// <summary>Factor of q·k, from embedding, heads and the length of a head.</summary>
    public Func<int, int, int, double> ScoreScale { get; init; } = (_, _, keyLength) => 1 / Math.Sqrt(keyLength);

    /// <summary>Factor of the embedding's rows, from their width.</summary>
    public Func<int, double> EmbeddingScale { get; init; } = _ => 1;

    /// <summary>Factor of what a layer adds, from the number of layers.</summary>
    public Func<int, double> ResidualScale { get; init; } = _ => 1;

    /// <summary>Factor of the logits, from the embedding's width.</summary>
    public Func<int, double> LogitScale { get; init; } = _ => 1;

    /// <summary>Keys that the file has for all this, without "ARCH." where they begin with a dot.</summary>
    public IReadOnlyDictionary<string, GgufValue> Keys { get; init; } = new Dictionary<string, GgufValue>();

    /// <summary>Layers that tell the variant, where the file has nothing else to tell it by; 0 for any number.</summary>
    public int Layers { get; init; }

    /// <summary>Whether attention has q and k of its own rotation in this layer.</summary>
    public bool IsPlaced(int layer, int window) => Positions == Positions.Rotary
        && !(OnlyWindowsArePlaced && window > 0 && !IsWindowed(layer))
        && !(UnplacedPeriod > 0 && layer % UnplacedPeriod == UnplacedPeriod - 1);

    /// <summary>Whether a layer has the window, if there is one.</summary>
    public bool IsWindowed(int layer) => WindowPeriod == 0 || layer % WindowPeriod != WindowPeriod - 1;

    /// <summary>Whether feed-forwards have a norm of their own before them.</summary>
    public bool HasFeedForwardNorm => Norms != NormPlace.Behind && FeedForwardNorm.Length > 0;
}
