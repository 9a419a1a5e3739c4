using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Rotary positions of a model: one table a step, shared by its layers.</summary>
internal sealed class Rotary
{
    private readonly RopeFrequencies frequencies;
    private readonly Tensor? factors;
    private readonly RopeMode mode;
    private readonly int headDim;

    public Rotary(ModelSource source, RopeMode mode)
    {
        RopeParameters rope = source.Parameters.Rope;
        this.mode = mode;
        headDim = source.Parameters.KeyLength;
        frequencies = rope.Frequencies;
        bool beyond = source.ContextSize > frequencies.OriginalContext;
        factors = source.Weights.VectorOrNull("rope_freqs.weight", frequencies.Rotated / 2)
            ?? source.Weights.VectorOrNull(beyond ? "rope_factors_long.weight" : "rope_factors_short.weight", frequencies.Rotated / 2);
    }

    /// <summary>The step's table of cosines and sines [rotated, T].</summary>
    public Tensor Table(Graph graph, StepInputs step) => graph.RopeTable("rope_table", step.Positions, frequencies, factors);

    /// <summary>Rotates the heads of x [heads · headDim, T].</summary>
    public Tensor Apply(Graph graph, string name, Tensor x, Tensor table) => graph.Rope(name, x, table, headDim, mode);
}
