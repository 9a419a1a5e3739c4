using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Rotary positions of a model: one table a step, shared by its layers.</summary>
internal sealed class Rotary
{
    private readonly RopeFrequencies _frequencies;
    private readonly Tensor? _factors;
    private readonly RopeMode _mode;
    private readonly int _headDim;

    public Rotary(ModelSource source, RopeMode mode)
    {
        RopeParameters rope = source.Parameters.Rope;
        _mode = mode;
        _headDim = source.Parameters.KeyLength;
        _frequencies = rope.Frequencies;
        bool beyond = source.ContextSize > _frequencies.OriginalContext;
        _factors = source.Weights.VectorOrNull("rope_freqs.weight", _frequencies.Rotated / 2)
            ?? source.Weights.VectorOrNull(beyond ? "rope_factors_long.weight" : "rope_factors_short.weight", _frequencies.Rotated / 2);
    }

    /// <summary>The step's table of cosines and sines [rotated, T].</summary>
    public Tensor Table(Graph graph, StepInputs step) => graph.RopeTable("rope_table", step.Positions, _frequencies, _factors);

    /// <summary>Rotates the heads of x [heads · headDim, T].</summary>
    public Tensor Apply(Graph graph, string name, Tensor x, Tensor table) => graph.Rope(name, x, table, _headDim, _mode);
}
