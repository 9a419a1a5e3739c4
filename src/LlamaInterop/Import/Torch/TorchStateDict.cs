using LlamaInterop.Import.Pickle;

namespace LlamaInterop.Import.Torch;

/// <summary>Finds the model's tensors in what a torch checkpoint's pickle holds.</summary>
internal static class TorchStateDict
{
    /// <summary>What training programs call the model's part of what they save.</summary>
    private static readonly string[] Wrappers = ["state_dict", "model", "module", "model_state_dict"];

    /// <summary>The tensors of the outermost dictionary's entry that holds the model, or of that dictionary itself.</summary>
    /// <exception cref="ImportException">There are none.</exception>
    public static IEnumerable<(string Name, TorchView View)> Tensors(string path, object? root)
    {
        if (root is not PickleDictionary dictionary)
            throw new ImportException(ImportCheck.PickleValue, path, $"holds {PickleReader.Describe(root)}, not a dictionary of tensors");
        PickleDictionary model = Wrappers.Select(name => dictionary.TryGet(name, out PickleDictionary? inner) ? inner : null)
            .FirstOrDefault(inner => inner is not null && TensorsOf(inner).Any()) ?? dictionary;
        return TensorsOf(model).Any() ? TensorsOf(model) : throw new ImportException(ImportCheck.MissingTensor, path, "holds no dictionary of tensors");
    }

    private static IEnumerable<(string Name, TorchView View)> TensorsOf(PickleDictionary dictionary) =>
        dictionary.Entries.Where(entry => entry.Value is TorchView).Select(entry => (entry.Key, (TorchView)entry.Value!));
}
