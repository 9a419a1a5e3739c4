using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Rotary positions of a model (Su et al. 2021): one table a step, shared by the layers that have the same frequencies.</summary>
internal sealed class Rotary
{
    private readonly RopeFrequencies _frequencies;
    private readonly Tensor? _factors;
    private readonly RopeMode _mode;

    /// <param name="source">The model's file.</param>
    /// <param name="mode">Which elements make a pair: NORM neighbours (2i, 2i + 1), NEOX those of both halves (i, i + rotated / 2).</param>
    /// <param name="frequencies">In place of the file's.</param>
    /// <param name="takesFactors">Whether the file's tensors of factors hold for them.</param>
    public Rotary(ModelSource source, RopeMode mode, RopeFrequencies? frequencies = null, bool takesFactors = true)
    {
        _mode = mode;
        _frequencies = frequencies ?? source.Parameters.Rope.Frequencies;
        if (!takesFactors)
            return;
        (string used, string other) = ("rope_factors_short.weight", "rope_factors_long.weight");
        if (source.ContextSize > _frequencies.OriginalContext)
            (used, other) = (other, used);
        _factors = source.Weights.VectorOrNull("rope_freqs.weight", _frequencies.Rotated / 2) ?? source.Weights.VectorOrNull(used, _frequencies.Rotated / 2);
        source.Weights.LeaveOut(other);
    }

    /// <summary>Elements of a head that turn.</summary>
    public int Rotated => _frequencies.Rotated;

    /// <summary>Rotates the first elements of every head of x [heads · headDim, T].</summary>
    /// <param name="g">The graph.</param>
    /// <param name="name">The op's name.</param>
    /// <param name="x">[heads · headDim, T], or [headDim, T, heads].</param>
    /// <param name="step">The step's inputs.</param>
    /// <param name="headDim">Elements of a head.</param>
    /// <param name="into">Where the result goes, if not into a tensor of its own.</param>
    public Tensor Apply(Graph g, string name, Tensor x, StepInputs step, int headDim, Tensor? into = null)
    {
        Tensor table = g.Once((_frequencies, _factors), () => g.RopeTable("rope_table", step.Positions, _frequencies, _factors));
        return g.Rope(name, x, table, headDim, _mode, into);
    }
}
