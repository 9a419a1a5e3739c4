using LlamaInterop.Compute.Passes;

namespace LlamaInterop.Compute;

/// <summary>From a model's forward pass to a scheduled and placed graph: the passes, in their order.</summary>
internal static class Compiler
{
    /// <param name="graph">A model's forward pass; rewritten in place.</param>
    /// <param name="activationOf">The activation type that the backend's matmul reads for a weight type.</param>
    /// <param name="supports">Whether the backend runs an op as it stands; asked before a fused or refined form is used.</param>
    /// <param name="scratchBuffer">Index of the scratch buffer among the program's.</param>
    /// <returns>Phases of a run, and bytes of scratch.</returns>
    public static (int Phases, long ScratchBytes) Run(Graph graph, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports, int scratchBuffer)
    {
        FoldNormWeight.Run(graph, supports);
        QuantizeActivations.Run(graph, activationOf, supports);
        FoldIntoMatMul.Run(graph, supports);
        int phases = Schedule.Run(graph);
        return (phases, MemoryPlan.Place(graph, scratchBuffer));
    }
}
