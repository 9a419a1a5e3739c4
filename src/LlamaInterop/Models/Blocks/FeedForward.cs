using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// down(act(gate(h)) · up(h)) (Shazeer 2020), or down(act(up(h))) without a gate. Gate and up may stand in one matrix, gate first. Biases, and BitNet's norm before the down projection, are used where the file has them.
/// </summary>
internal sealed class FeedForward : IFeedForward
{
    private readonly string _scope, _suffix;
    private readonly GluKind _activation;
    private readonly float[] _parameters;
    private readonly int _width;
    private readonly Linear _up, _down;
    private readonly Linear? _gate;
    private readonly Norm? _innerNorm;

    /// <param name="source">The model's file.</param>
    /// <param name="layer">The layer's number.</param>
    /// <param name="activation">act.</param>
    /// <param name="gated">Whether there is a gate, by itself or in one matrix with up.</param>
    /// <param name="suffix">What follows "ffn_up" in the tensors' names: "_shexp" for shared experts.</param>
    /// <param name="width">Inner width; 0 for the file's feed_forward_length.</param>
    /// <param name="stack">What precedes "blk." in the tensors' names: "enc." or "dec." in a model of two stacks.</param>
    /// <param name="parameters">Parameters of the activation.</param>
    public FeedForward(ModelSource source, int layer, GluKind activation, bool gated = true, string suffix = "", int width = 0, string stack = "", params float[] parameters)
    {
        _scope = $"{stack}blk.{layer}.";
        _suffix = suffix;
        _activation = activation;
        _parameters = parameters;
        int n = source.Parameters.EmbeddingLength;
        _width = width == 0 ? source.Parameters.FeedForwardOf(layer) : width;
        bool isFused = gated && !source.Weights.Has($"{_scope}ffn_gate{suffix}.weight") && source.Weights.RowsOf($"{_scope}ffn_up{suffix}.weight") == 2L * _width;
        _gate = gated && !isFused ? Linear.Load(source, _scope + "ffn_gate" + suffix, n, _width) : null;
        _up = Linear.Load(source, _scope + "ffn_up" + suffix, n, isFused ? 2L * _width : _width);
        _innerNorm = Norm.LoadOrNull(source, _scope + "ffn_sub_norm", _width);
        _down = Linear.Load(source, _scope + "ffn_down" + suffix, _width, n);
    }

    public Tensor Forward(Graph g, Tensor h)
    {
        Tensor up = _up.Forward(g, h);
        Tensor? gate = _gate?.Forward(g, h);
        if (up.Width == 2L * _width)
            (gate, up) = (up.Columns(0, _width), up.Columns(_width, _width));
        string name = _scope + "ffn_act" + _suffix;
        Tensor x = gate is null ? g.Activate(name, up, _activation, _parameters) : g.Glu(name, gate, up, _activation, _parameters);
        return _down.Forward(g, _innerNorm?.Forward(g, x) ?? x, refined: CoarseForms.Bytes);
    }
}
