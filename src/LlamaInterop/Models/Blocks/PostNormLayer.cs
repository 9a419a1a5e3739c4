using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>x = norm(x + mixer(x)); x = norm(x + feedForward(x)) (Vaswani et al. 2017).</summary>
internal sealed class PostNormLayer : ILayer
{
    private readonly string _scope;
    private readonly IMixer _mixer;
    private readonly IFeedForward _feedForward;
    private readonly Norm _mixerNorm, _feedForwardNorm;

    /// <param name="source">The model's file, with norms "attn_output_norm" and "layer_output_norm".</param>
    /// <param name="index">The layer's number.</param>
    /// <param name="mixer">The attention.</param>
    /// <param name="feedForward">The feed-forward.</param>
    public PostNormLayer(ModelSource source, int index, IMixer mixer, IFeedForward feedForward)
    {
        _scope = $"blk.{index}.";
        _mixer = mixer;
        _feedForward = feedForward;
        _mixerNorm = Norm.Load(source, _scope + "attn_output_norm", source.Parameters.EmbeddingLength, NormKind.Layer);
        _feedForwardNorm = Norm.Load(source, _scope + "layer_output_norm", source.Parameters.EmbeddingLength, NormKind.Layer);
    }

    public Tensor Forward(Graph g, Tensor x, StepInputs step)
    {
        Tensor y = _mixerNorm.Forward(g, g.Add(_scope + "attn_residual", x, _mixer.Forward(g, x, step)));
        return _feedForwardNorm.Forward(g, g.Add(_scope + "ffn_residual", y, _feedForward.Forward(g, y)));
    }
}
