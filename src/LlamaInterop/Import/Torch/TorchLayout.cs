namespace LlamaInterop.Import.Torch;

/// <summary>Where the storages of a torch file lie.</summary>
/// <param name="file">The file.</param>
/// <param name="find">The bytes of a storage, by its key; null where there is none.</param>
/// <param name="bigEndian">True where each element's first byte is its highest.</param>
internal sealed class TorchLayout(SourceFile file, Func<string, ZipPart?> find, bool bigEndian)
{
    private const int MaxNameLength = 1024;

    /// <exception cref="ImportException">Its storage is missing, or shorter than the pickle says.</exception>
    public SourceTensor Tensor(string name, TorchView view)
    {
        if (name.Length is 0 or > MaxNameLength)
            throw file.Refuse(ImportCheck.TensorName, $"a tensor's name has {name.Length} characters, not 1 to {MaxNameLength}");
        if (find(view.Storage.Key) is not { } part)
            throw file.Refuse(ImportCheck.MissingEntry, $"the storage '{view.Storage.Key}' of tensor '{name}' is missing");
        Int128 needed = (Int128)view.Storage.Count * SourceTypes.Size(view.Storage.Type ?? SourceType.U8);
        if (needed > part.Length)
            throw file.Refuse(ImportCheck.TensorBounds, $"the storage '{view.Storage.Key}' of tensor '{name}' has {part.Length} bytes, not {needed}");
        int size = SourceTypes.Size(view.Type);
        return view.IsContiguous && (!bigEndian || size == 1)
            ? new StoredTensor(file, part.Offset + view.Offset * size, name, view.Type, view.Shape)
            : new ScatteredTensor(file, part.Offset, bigEndian, name, view);
    }
}
