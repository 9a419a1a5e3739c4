using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Linear attention by the gated delta rule (Yang et al. 2024): a state per value head that decays and is corrected towards v at k, read
/// at q. q, k and v pass a short convolution, the result is normed per head and gated. The value heads of a key head are neighbours, or,
/// tiled, lie as far apart as there are key heads.
/// </summary>
internal sealed class GatedDeltaNet : IMixer
{
    private readonly string _scope;
    private readonly StateSpaceParameters _sizes;
    private readonly float _epsilon;
    private readonly bool _isTiled;
    private readonly Linear? _fused, _qkv, _gate, _betaAndStep, _beta, _timeStep;
    private readonly Linear _out;
    private readonly ChannelConvolution _convolution;
    private readonly Tensor _stepBias, _decay;
    private readonly Norm _norm;
    private readonly int _state;

    public GatedDeltaNet(ModelSource source, int layer, bool isTiled = false)
    {
        _scope = $"blk.{layer}.";
        _isTiled = isTiled;
        _sizes = source.Parameters.HeadedStateSpace;
        _epsilon = source.Parameters.NormEpsilon;
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength, inner = _sizes.InnerSize, heads = _sizes.Heads;
        _fused = Linear.LoadOrNull(source, _scope + "ssm_in", n, Convolved + inner);
        if (_fused is null)
        {
            _qkv = Linear.Load(source, _scope + "attn_qkv", n, Convolved);
            _gate = Linear.Load(source, _scope + "attn_gate", n, inner);
        }
        if (isTiled)
        {
            _beta = Linear.Load(source, _scope + "ssm_beta", n, heads);
            _timeStep = Linear.Load(source, _scope + "ssm_alpha", n, heads);
        }
        else
        {
            _betaAndStep = Linear.Load(source, _scope + "ssm_ba", n, 2 * heads);
        }
        _convolution = new ChannelConvolution(source, _scope + "ssm_conv1d", _sizes.ConvolutionKernel, Convolved);
        _stepBias = w.Vector(_scope + "ssm_dt.bias", heads);
        _decay = w.Vector(_scope + "ssm_a", heads);
        _norm = Norm.Load(source, _scope + "ssm_norm", _sizes.HeadLength);
        _out = Linear.Load(source, _scope + "ssm_out", inner, n);
        _state = source.Memory.AddState(_sizes.StateSize * inner);
    }

    /// <summary>q, or k, of all key heads.</summary>
    private long Keys => (long)_sizes.Groups * _sizes.StateSize;

    /// <summary>q, k and v.</summary>
    private long Convolved => (2 * Keys) + _sizes.InnerSize;

    private int HeadsOfAKeyHead => _sizes.Heads / _sizes.Groups;

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        (Tensor qkv, Tensor gate) = _fused is null ? (_qkv!.Forward(g, h, refined: CoarseForms.Both), _gate!.Forward(g, h, refined: CoarseForms.Both)) : Split(g, _fused.Forward(g, h, refined: CoarseForms.Both));
        Tensor mixed = g.Activate(_scope + "ssm_conv_act", _convolution.Forward(g, qkv, step), GluKind.SILU);
        Tensor keys = g.L2Norm(_scope + "qk_norm", mixed.Columns(0, 2 * Keys), _epsilon, _sizes.StateSize);
        (Tensor beta, Tensor logDecay) = Steps(g, h);
        Tensor q = ForValueHeads(g, "q", keys.Columns(0, Keys)), k = ForValueHeads(g, "k", keys.Columns(Keys, Keys));
        Tensor y = g.GatedDelta(
            _scope + "delta", q, k, mixed.Columns(2 * Keys, _sizes.InnerSize), logDecay, beta,
            step.States[_state], checked((int)(q.Width / _sizes.StateSize)), 1 / MathF.Sqrt(_sizes.StateSize));
        return _out.Forward(g, g.Glu(_scope + "delta_gated", gate, _norm.Forward(g, y), GluKind.SILU), refined: CoarseForms.Both);
    }

    /// <summary>q or k with a copy of all its heads for every round of tiled value heads.</summary>
    private Tensor ForValueHeads(Graph g, string name, Tensor heads)
    {
        if (!_isTiled || HeadsOfAKeyHead == 1)
            return heads;
        Tensor tiled = Graph.Assemble($"{_scope}{name}_tiled", Keys * HeadsOfAKeyHead, heads);
        for (int i = 0; i < HeadsOfAKeyHead; i++)
            g.Copy($"{_scope}{name}_tile", heads, tiled.Columns(i * Keys, Keys));
        return tiled;
    }

    /// <summary>How far each head corrects its state, and the logarithm of its decay: [heads, T].</summary>
    private (Tensor Beta, Tensor LogDecay) Steps(Graph g, Tensor h)
    {
        (Tensor beta, Tensor timeStep) = _isTiled
            ? (g.Activate(_scope + "beta", _beta!.Forward(g, h, refined: CoarseForms.Both), GluKind.SIGMOID), g.Add(_scope + "ssm_dt", _timeStep!.Forward(g, h, refined: CoarseForms.Both), _stepBias))
            : SplitSteps(g, _betaAndStep!.Forward(g, h, refined: CoarseForms.Both));
        return (beta, g.Mul(_scope + "log_decay", g.Activate(_scope + "ssm_dt_act", timeStep, GluKind.SOFTPLUS), _decay));
    }

    /// <summary>The same from both, [2 · heads, T], which stand side by side for each key head.</summary>
    private (Tensor Beta, Tensor TimeStep) SplitSteps(Graph g, Tensor both)
    {
        int keyHeads = _sizes.Groups, each = HeadsOfAKeyHead;
        Tensor beta = g.Activate(_scope + "beta", both.SplitRows(keyHeads, 2 * each, 0, each), GluKind.SIGMOID).MergePlanes();
        Tensor timeStep = g.Add(_scope + "ssm_dt", both.SplitRows(keyHeads, 2 * each, each, each), _stepBias.SplitVector(keyHeads)).MergePlanes();
        return (beta, timeStep);
    }

    /// <summary>q, k, v and the gate out of one projection that has them key head by key head.</summary>
    private (Tensor Qkv, Tensor Gate) Split(Graph g, Tensor all)
    {
        long inner = _sizes.InnerSize, key = _sizes.StateSize, value = HeadsOfAKeyHead * _sizes.HeadLength;
        Tensor qkv = Graph.Assemble(_scope + "qkv", Convolved, all), gate = Graph.Assemble(_scope + "z", inner, all);
        Gather("q", 0, key, qkv.Columns(0, Keys));
        Gather("k", key, key, qkv.Columns(Keys, Keys));
        Gather("v", 2 * key, value, qkv.Columns(2 * Keys, inner));
        Gather("z", (2 * key) + value, value, gate);
        return (qkv, gate);

        void Gather(string name, long first, long width, Tensor into) => g.Copy(
            $"{_scope}{name}_of_heads", all.SplitRows(_sizes.Groups, 2 * (key + value), first, width), into.SplitRows(_sizes.Groups, width, 0, width));
    }
}
