using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Mixes rows of a sequence with earlier ones: attention, a recurrence.</summary>
internal interface IMixer
{
    /// <summary>h [embedding, T] to [embedding, T].</summary>
    Tensor Forward(Graph g, Tensor h, StepInputs step);
}

/// <summary>Works on each row by itself, and so needs nothing of the step: a feed-forward, experts.</summary>
internal interface IFeedForward : IMixer
{
    /// <summary>h [embedding, T] to [embedding, T].</summary>
    Tensor Forward(Graph g, Tensor h);

    Tensor IMixer.Forward(Graph g, Tensor h, StepInputs step) => Forward(g, h);
}

/// <summary>One of a model's layers, residuals included.</summary>
internal interface ILayer
{
    /// <summary>x [embedding, T] to [embedding, T].</summary>
    Tensor Forward(Graph g, Tensor x, StepInputs step);
}

/// <summary>
/// x += post(mixer(norm(x))); x += post(feedForward(norm(x))). Every norm may be absent, and mixer or feed-forward. With <see cref="Parallel"/> both read the same
/// x, and the feed-forward's norm, where absent, is the mixer's. What stands in the feed-forward's place may look back too.
/// </summary>
internal sealed class Layer(int index, IMixer? mixer, IMixer? feedForward) : ILayer
{
    private readonly string _scope = $"blk.{index}.";

    public Norm? MixerNorm { get; init; }

    public Norm? PostMixerNorm { get; init; }

    public Norm? FeedForwardNorm { get; init; }

    public Norm? PostFeedForwardNorm { get; init; }

    /// <summary>Factor of what each of both adds to x.</summary>
    public float ResidualScale { get; init; } = 1;

    /// <summary>Factor of the layer's result.</summary>
    public float OutputScale { get; init; } = 1;

    public bool Parallel { get; init; }

    /// <summary>A layer with the pre-norms "attn_norm" and "ffn_norm".</summary>
    public static Layer PreNorm(
        ModelSource source, int index, IMixer mixer, IMixer feedForward, NormKind kind = NormKind.Rms, float residualScale = 1) => new(index, mixer, feedForward)
        {
            ResidualScale = residualScale,
            MixerNorm = Norm.Load(source, $"blk.{index}.attn_norm", source.Parameters.EmbeddingLength, kind),
            FeedForwardNorm = Norm.Load(source, $"blk.{index}.ffn_norm", source.Parameters.EmbeddingLength, kind),
        };

    /// <summary>A layer whose residuals are normed too, by "post_attention_norm" and "post_ffw_norm".</summary>
    public static Layer PreAndPostNorm(ModelSource source, int index, IMixer mixer, IFeedForward feedForward) => new(index, mixer, feedForward)
    {
        MixerNorm = Norm.Load(source, $"blk.{index}.attn_norm", source.Parameters.EmbeddingLength),
        PostMixerNorm = Norm.Load(source, $"blk.{index}.post_attention_norm", source.Parameters.EmbeddingLength),
        FeedForwardNorm = Norm.Load(source, $"blk.{index}.ffn_norm", source.Parameters.EmbeddingLength),
        PostFeedForwardNorm = Norm.Load(source, $"blk.{index}.post_ffw_norm", source.Parameters.EmbeddingLength),
    };

    /// <summary>A layer that norms nothing but its residuals.</summary>
    public static Layer PostNorm(ModelSource source, int index, IMixer mixer, IFeedForward feedForward) => new(index, mixer, feedForward)
    {
        PostMixerNorm = Norm.Load(source, $"blk.{index}.post_attention_norm", source.Parameters.EmbeddingLength),
        PostFeedForwardNorm = Norm.Load(source, $"blk.{index}.post_ffw_norm", source.Parameters.EmbeddingLength),
    };

    /// <summary>A layer whose attention and feed-forward read the same rows, normed alike where there is no "ffn_norm".</summary>
    public static Layer SideBySide(ModelSource source, int index, IMixer mixer, IFeedForward feedForward, NormKind kind = NormKind.Rms) => new(index, mixer, feedForward)
    {
        MixerNorm = Norm.Load(source, $"blk.{index}.attn_norm", source.Parameters.EmbeddingLength, kind),
        FeedForwardNorm = Norm.LoadOrNull(source, $"blk.{index}.ffn_norm", source.Parameters.EmbeddingLength, kind),
        Parallel = true,
    };

    public Tensor Forward(Graph g, Tensor x, StepInputs step)
    {
        Tensor h = Apply(g, MixerNorm, x);
        Tensor y = mixer is null ? x : g.Add(_scope + "attn_residual", x, Scaled(g, "attn_scaled", Apply(g, PostMixerNorm, mixer.Forward(g, h, step))));
        if (feedForward is null)
            return y;
        Tensor f = Parallel ? FeedForwardNorm?.Forward(g, x) ?? h : Apply(g, FeedForwardNorm, y);
        f = Scaled(g, "ffn_scaled", Apply(g, PostFeedForwardNorm, feedForward.Forward(g, f, step)));
        y = g.Add(_scope + "ffn_residual", y, f);
        return OutputScale == 1 ? y : g.Scale(_scope + "rescaled", y, OutputScale);
    }

    private static Tensor Apply(Graph g, Norm? norm, Tensor x) => norm?.Forward(g, x) ?? x;

    private Tensor Scaled(Graph g, string name, Tensor x) => ResidualScale == 1 ? x : g.Scale(_scope + name, x, ResidualScale);
}
