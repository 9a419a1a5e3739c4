namespace LlamaInterop.Import.Llama2c;

/// <summary>A model as llama2.c's export.py writes it, in any of its three versions.</summary>
internal sealed class Llama2cCheckpoint : Checkpoint
{
    private readonly SourceFile _file;

    private Llama2cCheckpoint(SourceFile file, Llama2cHeader header)
    {
        (_file, Header) = (file, header);
        Tensors = [.. new Llama2cLayout(header).Places.Select(Open)];
    }

    public override string Path => _file.Path;

    public Llama2cHeader Header { get; }

    public override IReadOnlyList<SourceTensor> Tensors { get; }

    /// <summary>Opens a file, or returns null where it is of another format.</summary>
    /// <exception cref="ImportException">It is of this format, but malformed.</exception>
    public static Llama2cCheckpoint? Open(string path)
    {
        var file = SourceFile.Open(path);
        try
        {
            if (Llama2cHeader.Read(file) is { } header)
                return new(file, header);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        file.Dispose();
        return null;
    }

    public override void Dispose() => _file.Dispose();

    private SourceTensor Open(Llama2cPlace place) => place.IsQuantized
        ? new GroupQuantizedTensor(_file, place, Header.GroupSize)
        : new StoredTensor(_file, place.Offset, place.Name, SourceType.F32, place.Shape);
}
