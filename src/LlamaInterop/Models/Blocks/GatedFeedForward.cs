using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>down(act(gate(h)) · up(h)) (Shazeer 2020), with biases where the file has them.</summary>
internal sealed class GatedFeedForward
{
    private readonly string _scope;
    private readonly GluKind _activation;
    private readonly Tensor _gate, _up, _down;
    private readonly Tensor? _gateBias, _upBias, _downBias;

    public GatedFeedForward(ModelSource source, int layer, GluKind activation)
    {
        _scope = $"blk.{layer}.";
        _activation = activation;
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength, f = source.Parameters.FeedForwardLength;
        _gate = w.Matrix(_scope + "ffn_gate.weight", n, f);
        _up = w.Matrix(_scope + "ffn_up.weight", n, f);
        _down = w.Matrix(_scope + "ffn_down.weight", f, n);
        _gateBias = w.VectorOrNull(_scope + "ffn_gate.bias", f);
        _upBias = w.VectorOrNull(_scope + "ffn_up.bias", f);
        _downBias = w.VectorOrNull(_scope + "ffn_down.bias", n);
    }

    /// <summary>h [embedding, T] to [embedding, T].</summary>
    public Tensor Forward(Graph g, Tensor h)
    {
        Tensor gated = Linear(g, "ffn_gate", _gate, _gateBias, h);
        Tensor x = g.Glu(_scope + "ffn_act", gated, Linear(g, "ffn_up", _up, _upBias, h), _activation);
        return Linear(g, "ffn_down", _down, _downBias, x, refined: true);
    }

    private Tensor Linear(Graph g, string name, Tensor weights, Tensor? bias, Tensor x, bool refined = false)
    {
        Tensor y = g.MatMul(_scope + name, weights, x, refined);
        return bias is null ? y : g.Add(_scope + name + "_bias", y, bias);
    }
}
