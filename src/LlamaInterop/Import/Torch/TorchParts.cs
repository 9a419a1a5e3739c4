namespace LlamaInterop.Import.Torch;

/// <summary>The tensors of all torch files that a model is stored in, <c>pytorch_model-00001-of-00002.bin</c> and so on.</summary>
internal sealed class TorchParts : Checkpoint
{
    private readonly List<TorchCheckpoint> _parts = [];
    private readonly List<SourceTensor> _tensors = [];

    private TorchParts(string path) => Path = path;

    public override string Path { get; }

    public override IReadOnlyList<SourceTensor> Tensors => _tensors;

    /// <param name="path">What errors of the model as a whole name.</param>
    /// <param name="parts">The files, in order.</param>
    /// <exception cref="ImportException">A file cannot be read, or is malformed; two parts have a tensor of one name.</exception>
    public static TorchParts Open(string path, IReadOnlyList<string> parts)
    {
        var checkpoint = new TorchParts(path);
        try
        {
            checkpoint.Add(parts);
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public override void Dispose() => _parts.ForEach(part => part.Dispose());

    private void Add(IReadOnlyList<string> paths)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            _parts.Add(TorchCheckpoint.Open(path));
            foreach (SourceTensor tensor in _parts[^1].Tensors)
                _tensors.Add(known.Add(tensor.Name) ? tensor
                    : throw new ImportException(ImportCheck.DuplicateTensor, path, $"tensor '{tensor.Name}' is in an earlier part too"));
        }
    }
}
