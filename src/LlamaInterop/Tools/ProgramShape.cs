using LlamaInterop.Compute;
using LlamaInterop.Inference;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>How much a program of a batch class does between how many barriers.</summary>
/// <param name="Tokens">The class's token capacity.</param>
/// <param name="Ops">Ops of a step.</param>
/// <param name="Phases">Phases of a step.</param>
/// <param name="OpsPerLayer">Ops whose name has a layer's in it, per layer.</param>
/// <param name="PhasesPerLayer">Phases that hold such ops, per layer.</param>
/// <param name="BarriersPerLayer">
/// Those of them after which all threads meet in a step of one row: what a single chain does row by row (norm and quantization) is then one
/// thread's, and the others wait on where they are.
/// </param>
internal readonly record struct ProgramShape(int Tokens, int Ops, int Phases, double OpsPerLayer, double PhasesPerLayer, double BarriersPerLayer)
{
    public static ProgramShape Of(BatchClass batchClass, int layers)
    {
        List<Op> ofLayers = batchClass.Graph.Ops.FindAll(op => op.Name.Contains("blk.", StringComparison.Ordinal));
        var phases = ofLayers.Select(op => op.Phase).ToHashSet();
        int barriers = batchClass.Graph.Ops.Where(op => op.Link == LkLink.NONE && phases.Contains(op.Phase)).GroupBy(op => op.Phase)
            .Count(heads => heads.Count() > 1 || !heads.First().ByRow);
        return new ProgramShape(
            batchClass.Tokens, batchClass.Graph.Ops.Count, batchClass.Phases, ofLayers.Count / (double)layers, phases.Count / (double)layers, barriers / (double)layers);
    }
}
