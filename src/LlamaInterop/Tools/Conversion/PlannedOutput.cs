using LlamaInterop.Import;
using LlamaInterop.Import.Derived;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tools;

/// <summary>A tensor of the file to be, and where its rows come from.</summary>
internal sealed record PlannedOutput(SourceTensor Source, ConvertedTensor Info)
{
    /// <summary>All tensors of a model, by its map.</summary>
    /// <exception cref="ImportException">A tensor's shape does not fit what the map does to it.</exception>
    /// <exception cref="Models.ModelException">A tensor is none that the architecture has.</exception>
    public static IReadOnlyList<PlannedOutput> Of(ImportedModel model, ConvertType type)
    {
        var changes = new TensorChanges(model.Checkpoint);
        IReadOnlyList<PlannedTensor> planned = model.Map.Resolve(model.Checkpoint.Path, model.Checkpoint.Tensors.Select(tensor => tensor.Name));
        return
        [
            .. from constant in model.Map.Constants
               select Describe(constant.Name, new ConstantTensor(constant.Name, [.. constant.Values]), type),
            .. from tensor in planned
               select Describe(tensor.Name, changes.Apply(tensor), type),
        ];
    }

    private static PlannedOutput Describe(string name, SourceTensor tensor, ConvertType type)
    {
        long[] dimensions = tensor.Shape.IsEmpty ? [1] : [.. tensor.Shape.Reverse()];
        return new PlannedOutput(tensor, new ConvertedTensor(name, TensorTypeChoice.Of(name, tensor, type), dimensions));
    }
}
