namespace LlamaInterop.Gguf;

/// <summary>Changes metadata of a file by writing it anew, so that whatever goes wrong the old one stays.</summary>
public static class GgufEditor
{
    private const string AlignmentKey = "general.alignment";
    private const int MaxAlignment = 1 << 16;

    /// <summary>Sets and removes keys. The data of tensors is copied as it stands; of a split model only the first part, which holds the metadata, is written.</summary>
    /// <param name="path">The file to read, of a split model the first part.</param>
    /// <param name="output">The file to write, which may be <paramref name="path"/>; it appears when it is whole.</param>
    /// <param name="values">Keys to set; those that are new come last.</param>
    /// <param name="removed">Keys to leave out.</param>
    /// <param name="progress">Told of the share that is written, 0 to 1.</param>
    /// <param name="cancel">Ends the work; nothing is left of it.</param>
    /// <exception cref="GgufException">The file is refused, a key to remove is absent, or the output cannot be written.</exception>
    /// <exception cref="ArgumentException">A key or its value is malformed: an alignment that is no power of two.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Edit(
        string path, string output, IReadOnlyList<GgufOverride> values, IReadOnlyList<string>? removed = null,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var file = GgufFile.Open(path);
        removed ??= [];
        if (values.Any(change => change.Key == AlignmentKey && change.Value.TryGetInteger(out Int128 alignment) && alignment > MaxAlignment))
            throw new ArgumentException($"{AlignmentKey} above {MaxAlignment} would make the file many times as long", nameof(values));
        if (removed.FirstOrDefault(key => !file.Metadata.Contains(key)) is { } absent)
            throw new GgufException(GgufCheck.Missing, path, $"key '{absent}' is missing");
        var writer = new GgufWriter();
        foreach (var (key, value) in file.Metadata.WithOverrides(values).Where(pair => !removed.Contains(pair.Key)))
            writer.Set(key, value);
        var tensors = file.Tensors.Where(tensor => tensor.PartIndex == 0).ToList();
        var copied = new GgufCopyProgress(progress, tensors);
        foreach (var tensor in tensors)
            writer.AddTensor(file, tensor, copied.Add);
        writer.Write(output, cancel);
    }
}
