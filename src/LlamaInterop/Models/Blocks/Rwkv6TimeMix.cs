using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// RWKV 6's mixing over time (Peng et al. 2024): each of five inputs takes its own, data-dependent part of the row before; a state per
/// head decays by factors that depend on the data.
/// </summary>
internal sealed class Rwkv6TimeMix : IMixer
{
    private static readonly string[] Parts = ["w", "k", "v", "r", "g"];

    private readonly string _scope;
    private readonly long _width;
    private readonly RwkvHeads _heads;
    private readonly PreviousRow _previous;
    private readonly Tensor _commonPart, _fromMix, _first;
    private readonly Tensor[] _parts;
    private readonly Linear _toMix, _receptance, _key, _value, _gate, _output;
    private readonly LowRank _decay;
    private readonly int _state;

    public Rwkv6TimeMix(ModelSource source, int layer)
    {
        _scope = $"blk.{layer}.time_mix_";
        ModelWeights w = source.Weights;
        HyperParameterReader keys = source.Parameters.Keys;
        _width = source.Parameters.EmbeddingLength;
        int rank = keys.Size("time_mix_extra_dim");
        _heads = new RwkvHeads(source, layer);
        _previous = new PreviousRow(source, _scope + "shift");
        _commonPart = w.Vector(_scope + "lerp_x.weight", _width);
        _toMix = Linear.Load(source, _scope + "w1", _width, (long)Parts.Length * rank);
        _fromMix = w.Matrices(_scope + "w2.weight", rank, _width, Parts.Length);
        _parts = LoadParts(w);
        _receptance = Linear.Load(source, _scope + "receptance", _width, _width);
        _key = Linear.Load(source, _scope + "key", _width, _width);
        _value = Linear.Load(source, _scope + "value", _width, _width);
        _gate = Linear.Load(source, _scope + "gate", _width, _width);
        _output = Linear.Load(source, _scope + "output", _width, _width);
        _decay = new LowRank(source, _scope + "decay_w", _scope + "decay", _width, keys.Size("time_decay_extra_dim"));
        _first = w.Vector(_scope + "first.weight", _width);
        _state = source.Memory.AddState(_heads.Length * _width);
    }

    public Tensor Forward(Graph g, Tensor h, StepInputs step)
    {
        Tensor[] x = Mixed(g, h, _previous.Difference(g, h, step));
        Tensor r = _receptance.Forward(g, x[3], refined: CoarseForms.Both), k = _key.Forward(g, x[1], refined: CoarseForms.Both), v = _value.Forward(g, x[2], refined: CoarseForms.Both);
        Tensor rate = g.Activate(_scope + "decay_rate", _decay.Forward(g, x[0], GluKind.TANH), GluKind.EXP);
        Tensor decay = g.Activate(_scope + "decay_factor", g.Scale(_scope + "decay_log", rate, -1), GluKind.EXP);
        Tensor y = g.Wkv6(_scope + "wkv", r, k, v, decay, _first, step.States[_state], _heads.Count);
        return _output.Forward(g, g.Glu(_scope + "gated", _gate.Forward(g, x[4]), _heads.Normed(g, y), GluKind.SILU), refined: CoarseForms.Both);
    }

    /// <summary>The parts of w, k, v, r and g, in one tensor or in one each.</summary>
    private Tensor[] LoadParts(ModelWeights w)
    {
        if (!w.Has(_scope + "lerp_fused.weight") && w.Has(_scope + "lerp_w.weight"))
            return [.. Parts.Select(name => w.Vector($"{_scope}lerp_{name}.weight", _width))];
        Tensor fused = w.Vector(_scope + "lerp_fused.weight", Parts.Length * _width);
        return [.. Enumerable.Range(0, Parts.Length).Select(i => fused.Columns(i * _width, _width))];
    }

    /// <summary>The rows that w, k, v, r and g are made from.</summary>
    private Tensor[] Mixed(Graph g, Tensor h, Tensor difference)
    {
        Tensor common = g.Add(_scope + "x", g.Mul(_scope + "lerp_x", difference, _commonPart), h);
        Tensor inner = g.Activate(_scope + "w1_act", _toMix.Forward(g, common, refined: CoarseForms.Both), GluKind.TANH);
        long rank = inner.Width / Parts.Length;
        Tensor corrections = g.MatMul(_scope + "w2", _fromMix, inner.SplitRows(Parts.Length, rank, 0, rank), refined: CoarseForms.Both).MergePlanes();   // [5 · n, T]
        return [.. Parts.Select((name, i) =>
        {
            Tensor part = g.Add($"{_scope}part_{name}", corrections.Columns(i * _width, _width), _parts[i]);
            return g.Add($"{_scope}x{name}", g.Mul($"{_scope}lerp_{name}", difference, part), h);
        })];
    }
}
