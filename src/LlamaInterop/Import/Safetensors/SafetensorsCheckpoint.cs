namespace LlamaInterop.Import.Safetensors;

/// <summary>The tensors of one safetensors file, or of all parts that a model is stored in.</summary>
internal sealed class SafetensorsCheckpoint : Checkpoint
{
    private readonly List<SourceFile> _files = [];
    private readonly List<SourceTensor> _tensors = [];

    private SafetensorsCheckpoint(string path) => Path = path;

    public override string Path { get; }

    public override IReadOnlyList<SourceTensor> Tensors => _tensors;

    /// <summary>Opens the parts; a single file is a model of one part.</summary>
    /// <param name="path">What errors of the model as a whole name.</param>
    /// <param name="parts">The files, in order.</param>
    /// <exception cref="ImportException">A file cannot be read, or is malformed; two parts have a tensor of one name.</exception>
    public static SafetensorsCheckpoint Open(string path, IReadOnlyList<string> parts)
    {
        var checkpoint = new SafetensorsCheckpoint(path);
        try
        {
            foreach (string part in parts)
                checkpoint.Add(part);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public override void Dispose() => _files.ForEach(file => file.Dispose());

    private void Add(string path)
    {
        SourceFile file = SourceFile.Open(path);
        _files.Add(file);
        var known = _tensors.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        foreach (SourceTensor tensor in SafetensorsHeader.Read(file))
        {
            if (!known.Add(tensor.Name))
                throw file.Refuse(ImportCheck.DuplicateTensor, $"tensor '{tensor.Name}' is in an earlier part too");
            _tensors.Add(tensor);
        }
    }
}
