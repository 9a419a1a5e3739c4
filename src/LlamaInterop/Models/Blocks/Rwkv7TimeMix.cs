using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// RWKV 7's mixing over time (Peng et al. 2025): a state per head that decays and, by a generalized delta rule, replaces at its own rate
/// what it holds for a key. Layers after the first mix the first one's values into theirs.
/// </summary>
internal sealed class Rwkv7TimeMix : IMixer
{
    /// <summary>The decay's logarithm is above -exp(-1/2).</summary>
    private const float LowestLogDecay = -0.60653066f;

    private const float KeyNormEpsilon = 1e-24f;

    private readonly string _scope;
    private readonly long _width;
    private readonly object _firstValues;
    private readonly RwkvHeads _heads;
    private readonly PreviousRow _previous;
    private readonly Tensor _parts, _removalKey, _keyRate, _bonus;
    private readonly Linear _receptance, _key, _value, _output;
    private readonly LowRank _decay, _rate;
    private readonly LowRank? _valueMix, _gate;
    private readonly int _state;

    /// <param name="source">The model's file.</param>
    /// <param name="layer">The layer's number.</param>
    /// <param name="firstValues">A key, the same for all layers, under which a graph keeps the first layer's values.</param>
    public Rwkv7TimeMix(ModelSource source, int layer, object firstValues)
    {
        _scope = $"blk.{layer}.time_mix_";
        _firstValues = firstValues;
        ModelWeights w = source.Weights;
        _width = source.Parameters.EmbeddingLength;
        _heads = new RwkvHeads(source, layer);
        _previous = new PreviousRow(source, _scope + "shift");
        _decay = Load(source, "w", "decay_lora_rank");
        _rate = Load(source, "a", "iclr_lora_rank");
        if (layer > 0)
            _valueMix = Load(source, "v", "value_residual_mix_lora_rank");
        else
            LeaveOutValueMix(w);
        _gate = w.Has(_scope + "g1.weight") ? Load(source, "g", "gate_lora_rank", hasOffset: false) : null;
        _parts = w.Vector(_scope + "lerp_fused.weight", _width * (_gate is null ? 5 : 6));
        _removalKey = w.Vector(_scope + "k_k.weight", _width);
        _keyRate = w.Vector(_scope + "k_a.weight", _width);
        _bonus = w.Vector(_scope + "r_k.weight", _width);
        _receptance = Linear.Load(source, _scope + "receptance", _width, _width);
        _key = Linear.Load(source, _scope + "key", _width, _width);
        _value = Linear.Load(source, _scope + "value", _width, _width);
        _output = Linear.Load(source, _scope + "output", _width, _width);
        _state = source.Memory.AddState(_heads.Length * _width);
    }

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        Tensor mixed = Mixed(g, h, _previous.Difference(g, h, step));                                  // r w k v a g
        Tensor r = _receptance.Forward(g, Part(mixed, 0), refined: CoarseForms.Both), k = _key.Forward(g, Part(mixed, 2), refined: CoarseForms.Both);
        Tensor v = Values(g, Part(mixed, 3));
        Tensor share = g.Activate(_scope + "decay_share", _decay.Forward(g, Part(mixed, 1), GluKind.TANH), GluKind.SIGMOID);
        Tensor decay = g.Activate(_scope + "decay", g.Scale(_scope + "decay_log", share, LowestLogDecay), GluKind.EXP);
        Tensor rate = g.Activate(_scope + "rate", _rate.Forward(g, Part(mixed, 4)), GluKind.SIGMOID);
        Tensor removed = g.L2Norm(_scope + "kk", g.Mul(_scope + "k_k", k, _removalKey), KeyNormEpsilon, _heads.Length);
        Tensor kept = g.Scale(_scope + "rate_kept", g.Mul(_scope + "k_a", g.Scale(_scope + "rate_less", rate, 1, -1), _keyRate), 1, 1);
        k = g.Mul(_scope + "k", k, kept);
        Tensor y = g.Wkv7(
            _scope + "wkv", r, decay, k, v, g.Scale(_scope + "kk_negative", removed, -1), g.Mul(_scope + "kk_rate", removed, rate), step.States[_state], _heads.Count);
        y = g.Add(_scope + "with_bonus", _heads.Normed(g, y), Bonus(g, r, k, v));
        if (_gate is not null)
            y = g.Mul(_scope + "gated", y, _gate.Forward(g, Part(mixed, 5), GluKind.SIGMOID));
        return _output.Forward(g, y, refined: CoarseForms.Both);
    }

    /// <summary>The first layer has nothing to mix its values with, though files have the matrices.</summary>
    private void LeaveOutValueMix(ModelWeights w)
    {
        foreach (string part in (string[])["v0", "v1", "v2"])
            w.LeaveOut($"{_scope}{part}.weight");
    }

    private LowRank Load(ModelSource source, string name, string key, bool hasOffset = true) =>
        new(source, _scope + name, hasOffset ? $"{_scope}{name}0" : null, _width, source.Parameters.Keys.Size("attention." + key));

    private Tensor Part(Tensor mixed, int index) => mixed.Columns(index * _width, _width);

    /// <summary>The rows that r, w, k, v, a and g are made from, side by side.</summary>
    private Tensor Mixed(Graph g, Tensor h, Tensor difference)
    {
        Tensor parts = _parts.SplitVector(_parts.Width / _width);
        return g.Add(_scope + "x", h, g.Mul(_scope + "lerp", difference, parts)).MergePlanes();
    }

    private Tensor Values(Graph g, Tensor x)
    {
        Tensor v = _value.Forward(g, x, refined: CoarseForms.Both), first = g.Once(_firstValues, () => v);
        if (_valueMix is null)
            return v;
        Tensor share = g.Activate(_scope + "v_share", _valueMix.Forward(g, x), GluKind.SIGMOID);
        return g.Add(_scope + "v", v, g.Mul(_scope + "v_first", g.Subtract(_scope + "v_difference", first, v), share));
    }

    /// <summary>v of each head times the sum over r · k · weight: what a row sees of itself.</summary>
    private Tensor Bonus(Graph g, Tensor r, Tensor k, Tensor v)
    {
        Tensor rk = g.Mul(_scope + "rk", r, k).SplitRows(_heads.Count, _heads.Length, 0, _heads.Length);
        Tensor sum = g.MatMul(_scope + "r_k", _bonus.SplitVector(_heads.Count), rk);                   // [1, T, heads]
        return g.Mul(_scope + "bonus", v.SplitRows(_heads.Count, _heads.Length, 0, _heads.Length), sum).MergePlanes();
    }
}
