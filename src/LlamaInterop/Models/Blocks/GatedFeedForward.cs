using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>down(act(gate(h)) · up(h)) (Shazeer 2020), with biases where the file has them.</summary>
internal sealed class GatedFeedForward
{
    private readonly string scope;
    private readonly GluKind activation;
    private readonly Tensor gate, up, down;
    private readonly Tensor? gateBias, upBias, downBias;

    public GatedFeedForward(ModelSource source, int layer, GluKind activation)
    {
        scope = $"blk.{layer}.";
        this.activation = activation;
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength, f = source.Parameters.FeedForwardLength;
        gate = w.Matrix(scope + "ffn_gate.weight", n, f);
        up = w.Matrix(scope + "ffn_up.weight", n, f);
        down = w.Matrix(scope + "ffn_down.weight", f, n);
        gateBias = w.VectorOrNull(scope + "ffn_gate.bias", f);
        upBias = w.VectorOrNull(scope + "ffn_up.bias", f);
        downBias = w.VectorOrNull(scope + "ffn_down.bias", n);
    }

    /// <summary>h [embedding, T] to [embedding, T].</summary>
    public Tensor Forward(Graph g, Tensor h)
    {
        Tensor gated = Linear(g, "ffn_gate", gate, gateBias, h);
        Tensor x = g.Glu(scope + "ffn_act", gated, Linear(g, "ffn_up", up, upBias, h), activation);
        return Linear(g, "ffn_down", down, downBias, x, refined: true);
    }

    private Tensor Linear(Graph g, string name, Tensor weights, Tensor? bias, Tensor x, bool refined = false)
    {
        Tensor y = g.MatMul(scope + name, weights, x, refined);
        return bias is null ? y : g.Add(scope + name + "_bias", y, bias);
    }
}
