using LlamaInterop.Compute;
using LlamaInterop.Inference;

namespace LlamaInterop.Tools;

/// <summary>How much a program of a batch class does between how many barriers.</summary>
/// <param name="Tokens">The class's token capacity.</param>
/// <param name="Ops">Ops of a step.</param>
/// <param name="Phases">Phases of a step; all threads meet after each, so these are its barriers.</param>
/// <param name="OpsPerLayer">Ops whose name has a layer's in it, per layer.</param>
/// <param name="PhasesPerLayer">Phases that hold such ops, per layer.</param>
internal readonly record struct ProgramShape(int Tokens, int Ops, int Phases, double OpsPerLayer, double PhasesPerLayer)
{
    public static ProgramShape Of(BatchClass batchClass, int layers)
    {
        List<Op> ofLayers = batchClass.Graph.Ops.FindAll(op => op.Name.Contains("blk.", StringComparison.Ordinal));
        double phases = ofLayers.Select(op => op.Phase).Distinct().Count();
        return new ProgramShape(
            batchClass.Tokens, batchClass.Graph.Ops.Count, batchClass.Phases, ofLayers.Count / (double)layers, phases / layers);
    }
}
