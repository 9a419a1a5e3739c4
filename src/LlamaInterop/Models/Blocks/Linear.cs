using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Weights [inputs, outputs], with a bias [outputs] and a scale [1] of the whole matrix (BitNet) where the file has them.</summary>
internal sealed class Linear
{
    private readonly string _name;
    private readonly Tensor _weights;
    private readonly Tensor? _bias, _scale;

    private Linear(ModelSource source, string name, Tensor weights, bool takesScale)
    {
        _name = name;
        _weights = weights;
        _scale = takesScale ? source.Weights.VectorOrNull(name + ".scale", 1) : null;
        _bias = source.Weights.VectorOrNull(name + ".bias", weights.Rows);
    }

    public long Outputs => _weights.Rows;

    /// <param name="source">The model's file.</param>
    /// <param name="name">The tensors' name without ".weight".</param>
    /// <param name="inputs">Elements of an input row.</param>
    /// <param name="outputs">Elements of a result row.</param>
    /// <param name="takesScale">Whether a tensor NAME.scale is the matrix's.</param>
    public static Linear Load(ModelSource source, string name, long inputs, long outputs, bool takesScale = true) =>
        new(source, name, source.Weights.Matrix(name + ".weight", inputs, outputs), takesScale);

    public static Linear? LoadOrNull(ModelSource source, string name, long inputs, long outputs) =>
        source.Weights.Has(name + ".weight") ? Load(source, name, inputs, outputs) : null;

    /// <summary>x [inputs, T] to [outputs, T]; <paramref name="refined"/> as in <see cref="Graph.MatMul"/>.</summary>
    public Tensor Forward(Graph g, Tensor x, CoarseForms refined = CoarseForms.None)
    {
        Tensor y = g.MatMul(_name, _weights, x, refined);
        if (_scale is not null)
            y = g.Mul(_name + "_scale", y, _scale);
        return _bias is null ? y : g.Add(_name + "_bias", y, _bias);
    }
}
