using LlamaInterop.Compute;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>A weight on its way from a part of the file into memory of the backend.</summary>
/// <param name="Weight">Still placed in the file.</param>
/// <param name="Layout">How it will lie.</param>
/// <param name="Offset">Where it will lie.</param>
internal readonly record struct WeightMove(Tensor Weight, WeightLayout Layout, long Offset);

/// <summary>
/// Which weights leave the file when a model is loaded, how they will lie and where: one behind the other in the order in which a step
/// reads them. With a mapping only those leave it that the kernels want in panels, without one all do.
/// </summary>
internal sealed class WeightPlan
{
    private const long Alignment = 64;

    private readonly List<WeightMove> _moves = [];

    private WeightPlan()
    {
    }

    public IReadOnlyList<WeightMove> Moves => _moves;

    /// <summary>Bytes of the memory that they move to.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the weights that will lie in panels.</summary>
    public long RepackedBytes { get; private set; }

    /// <param name="graphs">The graphs of all passes; the first is the one whose order counts.</param>
    /// <param name="used">The weights that the model asked for; some may be read by no graph yet.</param>
    /// <param name="backend">What will read them.</param>
    /// <param name="options">The user's.</param>
    public static WeightPlan Of(IEnumerable<Graph> graphs, IEnumerable<Tensor> used, BackendHandle backend, RunnerOptions options)
    {
        var plan = new WeightPlan();
        if (options is { UseMapping: true, Repack: RepackChoice.Never })
            return plan;
        var uses = new WeightUses(graphs);
        HashSet<ElementType> types = options.Repack == RepackChoice.Never ? [] : [.. used.Select(t => t.Type).Distinct().Where(t => WantsPanels(t, backend, options.Repack))];
        foreach (Tensor weight in uses.InOrder.Concat(used.Except(uses.InOrder)))
        {
            bool inPanels = types.Contains(weight.Type) && uses.SuitsPanels(weight);
            if (inPanels || !options.UseMapping)
                plan.Add(weight, inPanels ? WeightLayout.PANELS : WeightLayout.PLAIN);
        }
        return plan;
    }

    /// <summary>Places the weights where they have been moved to, once they are there.</summary>
    public void Place(int buffer)
    {
        foreach (WeightMove move in _moves)
            move.Weight.PlaceAt(buffer, move.Offset, move.Layout);
    }

    /// <summary>The plain kernels, and those of the reference, take rows apart again.</summary>
    private static bool WantsPanels(ElementType type, BackendHandle backend, RepackChoice choice) =>
        (choice == RepackChoice.Always || backend.MatmulKernel(type) is not ("plain" or "reference")) && backend.Reads(type, WeightLayout.PANELS);

    private void Add(Tensor weight, WeightLayout layout)
    {
        _moves.Add(new WeightMove(weight, layout, Bytes));
        Bytes += (weight.ByteLength + Alignment - 1) / Alignment * Alignment;
        if (layout == WeightLayout.PANELS)
            RepackedBytes += weight.ByteLength;
    }
}
