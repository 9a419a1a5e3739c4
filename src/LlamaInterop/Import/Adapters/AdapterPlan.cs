using LlamaInterop.Import.Derived;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Adapters;

/// <summary>Takes an adapter's pairs through the map of its model: names, and what the map does to the rows of a matrix, which are those of its up half.</summary>
internal sealed class AdapterPlan(Checkpoint checkpoint, CheckpointMap map)
{
    private readonly TensorChanges _changes = new(checkpoint);

    /// <exception cref="ImportException">The halves do not fit, or the matrix is changed in a way that its halves cannot follow.</exception>
    /// <exception cref="Models.ModelException">A name is none that the architecture has.</exception>
    public IReadOnlyList<(string Name, SourceTensor Tensor)> Of(IReadOnlyList<LoraPair> pairs)
    {
        Dictionary<string, LoraPair> byTarget = pairs.ToDictionary(pair => $"{pair.Target}.weight", StringComparer.Ordinal);
        return [.. map.Resolve(checkpoint.Path, byTarget.Keys, isWhole: false).SelectMany(planned => Place(planned, byTarget))];
    }

    private (string, SourceTensor)[] Place(PlannedTensor planned, Dictionary<string, LoraPair> pairs)
    {
        if (planned.Parts is not [{ IsStacked: false, Sources: [var source] } part])
            throw Refuse(planned.Name, "is made of several matrices, whose adapters cannot be joined");
        LoraPair pair = pairs[source];
        TensorChange[] turned = pair.IsTransposed ? [TensorChange.Transpose] : [];
        TensorChange[] rows = [.. part.Changes.Concat(planned.Changes).Where(change => change is not SwappedAxes)];
        if (Array.Find(rows, change => change is not (ReorderedAxis { Axis: 0 } or SlicedAxis { Axis: 0 })) is { } other)
            throw Refuse(planned.Name, $"is changed by {other.GetType().Name}, which its adapter cannot be");
        SourceTensor down = Apply(pair.Down, turned), up = Apply(pair.Up, [.. turned, .. rows]);
        if (down.Shape.Length != 2 || up.Shape.Length != 2 || down.Shape[0] != up.Shape[1])
            throw Refuse(pair.Down, $"[{string.Join(", ", down.Shape)}] and its other half [{string.Join(", ", up.Shape)}] have no rank in common");
        return [($"{planned.Name}.lora_a", down), ($"{planned.Name}.lora_b", up)];
    }

    private SourceTensor Apply(string name, TensorChange[] changes) => _changes.Apply(new PlannedTensor(name, [new PlannedPart([name], false, [])], changes));

    private ImportException Refuse(string name, string reason) => new(ImportCheck.Shape, checkpoint.Path, $"tensor '{name}' {reason}");
}
