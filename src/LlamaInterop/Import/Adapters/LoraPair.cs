namespace LlamaInterop.Import.Adapters;

/// <summary>What a LoRA adapter adds to one matrix (Hu et al. 2021): W + scale x up x down.</summary>
/// <param name="Target">The matrix's name in the model, without ".weight".</param>
/// <param name="Down">The tensor that makes few elements of many: [rank, inputs].</param>
/// <param name="Up">The tensor that makes many of few: [outputs, rank].</param>
/// <param name="IsTransposed">Both are stored the other way round, as MLX does.</param>
internal sealed record LoraPair(string Target, string Down, string Up, bool IsTransposed)
{
    /// <summary>What wraps a model that is trained with PEFT puts before its names.</summary>
    private const string Wrapper = "base_model.model.";

    /// <summary>How PEFT and MLX name the two, and what may follow.</summary>
    private static readonly (string Down, string Up, bool IsTransposed)[] Markers = [(".lora_A", ".lora_B", false), (".lora_a", ".lora_b", true)];
    private static readonly string[] Endings = ["", ".weight", ".default.weight"];

    /// <summary>All pairs of an adapter.</summary>
    /// <exception cref="ImportException">A tensor is none of a pair, or its other half is missing.</exception>
    public static IReadOnlyList<LoraPair> Of(Checkpoint adapter)
    {
        var halves = new OrderedDictionary<string, (string? Down, string? Up, bool IsTransposed)>(StringComparer.Ordinal);
        foreach (string name in adapter.Tensors.Select(tensor => tensor.Name))
        {
            (string target, bool isUp, bool isTransposed) = Parse(name)
                ?? throw new ImportException(ImportCheck.TensorName, adapter.Path, $"tensor '{name}' is no part of a LoRA pair: only such adapters convert");
            halves.TryGetValue(target, out var pair);
            if ((isUp ? pair.Up : pair.Down) is { } twin)
                throw new ImportException(ImportCheck.DuplicateTensor, adapter.Path, $"tensors '{twin}' and '{name}' are of one matrix");
            halves[target] = (isUp ? pair.Down : name, isUp ? name : pair.Up, isTransposed);
        }
        return [.. halves.Select(pair => new LoraPair(
            pair.Key, pair.Value.Down ?? throw Missing(adapter, pair.Value.Up!), pair.Value.Up ?? throw Missing(adapter, pair.Value.Down), pair.Value.IsTransposed))];
    }

    private static (string Target, bool IsUp, bool IsTransposed)? Parse(string name)
    {
        foreach ((string down, string up, bool isTransposed) in Markers)
        {
            foreach (string marker in (string[])[down, up])
            {
                int at = name.LastIndexOf(marker, StringComparison.Ordinal);
                if (at > 0 && Endings.Contains(name[(at + marker.Length)..]))
                    return (name[..at] is var target && target.StartsWith(Wrapper, StringComparison.Ordinal) ? target[Wrapper.Length..] : name[..at], marker == up, isTransposed);
            }
        }
        return null;
    }

    private static ImportException Missing(Checkpoint adapter, string half) => new(ImportCheck.MissingTensor, adapter.Path, $"the other half of tensor '{half}' is missing");
}
