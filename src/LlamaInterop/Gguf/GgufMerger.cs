namespace LlamaInterop.Gguf;

/// <summary>Joins the parts of a split model into one file.</summary>
public static class GgufMerger
{
    /// <summary>Writes one file of all parts, without the keys that say how they were split. A model in one file is copied.</summary>
    /// <param name="path">The first part.</param>
    /// <param name="output">The file to write; it appears when it is whole.</param>
    /// <param name="progress">Told of the share that is written, 0 to 1.</param>
    /// <param name="cancel">Ends the work; nothing is left of it.</param>
    /// <exception cref="GgufException">A part is refused or is the output itself, or the output cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Merge(string path, string output, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var file = GgufFile.Open(path);
        RefuseSource(file, output);
        var writer = new GgufWriter();
        SetUnsplit(writer, file.Metadata);
        var copied = new GgufCopyProgress(progress, file.Tensors);
        foreach (var tensor in file.Tensors)
            writer.AddTensor(file, tensor, copied.Add);
        writer.Write(output, cancel);
    }

    internal static void SetUnsplit(GgufWriter writer, GgufMetadata metadata)
    {
        foreach (var (key, value) in metadata.Where(pair => !GgufSplit.IsSplitKey(pair.Key)))
            writer.Set(key, value);
    }

    /// <summary>Refuses to write over what is being read.</summary>
    internal static void RefuseSource(GgufFile file, string output) => OutputFile.RefuseSources(output, file.Parts.Select(part => part.Path));
}
