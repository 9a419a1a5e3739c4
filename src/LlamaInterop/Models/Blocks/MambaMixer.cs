using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// The selective state space of Mamba (Gu &amp; Dao 2023): every channel has a state of its own, whose time step and whose B and C come
/// from the channels themselves. These three are normed where the file has norms (Jamba) or asks for them (Falcon Mamba).
/// </summary>
internal sealed class MambaMixer : IMixer
{
    private readonly string _scope;
    private readonly StateSpaceParameters _sizes;
    private readonly Linear _in, _select, _timeStep, _out;
    private readonly ChannelConvolution _convolution;
    private readonly Norm? _timeStepNorm, _bNorm, _cNorm;
    private readonly Tensor _decay, _skip;
    private readonly int _state;

    public MambaMixer(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.";
        _sizes = source.Parameters.StateSpace;
        long n = source.Parameters.EmbeddingLength, inner = _sizes.InnerSize, states = _sizes.StateSize, rank = _sizes.TimeStepRank;
        _in = Linear.Load(source, _scope + "ssm_in", n, 2 * inner);
        _convolution = new ChannelConvolution(source, _scope + "ssm_conv1d", _sizes.ConvolutionKernel, inner);
        _select = Linear.Load(source, _scope + "ssm_x", inner, rank + (2 * states));
        _timeStepNorm = NormOf(source, "ssm_dt_norm", rank);
        _bNorm = NormOf(source, "ssm_b_norm", states);
        _cNorm = NormOf(source, "ssm_c_norm", states);
        _timeStep = Linear.Load(source, _scope + "ssm_dt", rank, inner);
        _decay = source.Weights.Table(_scope + "ssm_a", states, inner);
        _skip = source.Weights.Vector(_scope + "ssm_d", inner);
        _out = Linear.Load(source, _scope + "ssm_out", inner, n);
        _state = source.Memory.AddState(states * inner);
    }

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        int inner = _sizes.InnerSize, states = _sizes.StateSize, rank = _sizes.TimeStepRank;
        Tensor both = _in.Forward(g, h, refined: CoarseForms.Both);                                                // [2 · inner, T]
        Tensor x = g.Activate(_scope + "ssm_conv_act", _convolution.Forward(g, both.Columns(0, inner), step), GluKind.SILU);
        Tensor selected = _select.Forward(g, x, refined: CoarseForms.Both);                                        // [rank + 2 · states, T]
        Tensor timeStep = _timeStep.Forward(g, Normed(g, _timeStepNorm, selected.Columns(0, rank)), refined: CoarseForms.Both);
        Tensor b = Normed(g, _bNorm, selected.Columns(rank, states)), c = Normed(g, _cNorm, selected.Columns(rank + states, states));
        Tensor y = g.SsmScan(_scope + "ssm_scan", x, timeStep, _decay, b, c, _skip, step.States[_state], states, groups: 1);
        return _out.Forward(g, g.Glu(_scope + "ssm_gated", both.Columns(inner, inner), y, GluKind.SILU), refined: CoarseForms.Both);
    }

    private Norm? NormOf(ModelSource source, string name, long width) =>
        Norm.LoadOrNull(source, _scope + name, width) ?? (_sizes.NormsDtBc ? Norm.Plain(source, _scope + name, width) : null);

    private static Tensor Normed(Graph g, Norm? norm, Tensor x) => norm?.Forward(g, x) ?? x;
}
