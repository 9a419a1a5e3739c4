using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// The selective state space of Mamba 2 (Dao &amp; Gu 2024): heads of channels that share a decay, groups of heads that share B and C,
/// all from one projection. The gated result is normed group by group where the file has a norm for it.
/// </summary>
internal sealed class Mamba2Mixer : IMixer
{
    private readonly string _scope;
    private readonly StateSpaceParameters _sizes;
    private readonly Linear _in, _out;
    private readonly ChannelConvolution _convolution;
    private readonly Norm? _norm;
    private readonly Tensor _timeStepBias, _decay, _skip;
    private readonly int _state;

    public Mamba2Mixer(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.";
        _sizes = source.Parameters.HeadedStateSpace;
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength, inner = _sizes.InnerSize, heads = _sizes.Heads;
        _in = Linear.Load(source, _scope + "ssm_in", n, inner + Convolved + heads);
        _convolution = new ChannelConvolution(source, _scope + "ssm_conv1d", _sizes.ConvolutionKernel, Convolved);
        _timeStepBias = w.Vector(_scope + "ssm_dt.bias", heads);
        _decay = w.Table(_scope + "ssm_a", 1, heads);
        _skip = w.Vector(_scope + "ssm_d", heads);
        _norm = Norm.LoadForGroups(source, _scope + "ssm_norm", inner / _sizes.Groups, _sizes.Groups);
        _out = Linear.Load(source, _scope + "ssm_out", inner, n);
        _state = source.Memory.AddState(_sizes.StateSize * inner);
    }

    /// <summary>x, and B and C of every group.</summary>
    private long Convolved => _sizes.InnerSize + (2 * Shared);

    /// <summary>B, or C, of every group.</summary>
    private long Shared => (long)_sizes.Groups * _sizes.StateSize;

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        long inner = _sizes.InnerSize;
        Tensor all = _in.Forward(g, h, refined: CoarseForms.Both);                                                 // gate | x B C | time step
        Tensor mixed = g.Activate(_scope + "ssm_conv_act", _convolution.Forward(g, all.Columns(inner, Convolved), step), GluKind.SILU);
        Tensor x = mixed.Columns(0, inner), b = mixed.Columns(inner, Shared), c = mixed.Columns(inner + Shared, Shared);
        Tensor timeStep = g.Add(_scope + "ssm_dt", all.Columns(inner + Convolved, _sizes.Heads), _timeStepBias);
        Tensor y = g.SsmScan(_scope + "ssm_scan", x, timeStep, _decay, b, c, _skip, step.States[_state], _sizes.StateSize, _sizes.Groups);
        y = g.Glu(_scope + "ssm_gated", all.Columns(0, inner), y, GluKind.SILU);
        return _out.Forward(g, _norm?.Forward(g, y) ?? y, refined: CoarseForms.Both);
    }
}
