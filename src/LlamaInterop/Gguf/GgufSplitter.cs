namespace LlamaInterop.Gguf;

/// <summary>Divides a model into files that loaders read together: <c>PREFIX-00001-of-00003.gguf</c> and so on.</summary>
/// <remarks>Format: the keys <c>split.no</c>, <c>split.count</c> and <c>split.tensors.count</c> of llama.cpp's gguf-split; all other metadata stands in the first part.</remarks>
public static class GgufSplitter
{
    /// <summary>The tensors of each part, in the file's order.</summary>
    /// <exception cref="ArgumentException">A limit is below 1, or the parts are more than 65535.</exception>
    public static IReadOnlyList<IReadOnlyList<GgufTensorInfo>> Plan(GgufFile file, GgufSplitOptions options) =>
        Divide(file.Tensors, tensor => tensor.ByteLength, file.Alignment, options);

    /// <summary>As <see cref="Plan"/>, of tensors that need not be in a file yet.</summary>
    internal static IReadOnlyList<IReadOnlyList<T>> Divide<T>(IEnumerable<T> tensors, Func<T, long> byteLength, int alignment, GgufSplitOptions options)
    {
        if (options.MaxBytes is < 1 || options.MaxTensors is < 1)
            throw new ArgumentException("a part must have room for a byte and a tensor at least", nameof(options));
        var parts = new List<List<T>> { new() };
        if (options.MetadataAlone)
            parts.Add([]);
        long bytes = 0;
        foreach (T tensor in tensors)
        {
            long aligned = (byteLength(tensor) + alignment - 1) / alignment * alignment;
            bool isFull = parts[^1].Count == options.MaxTensors || (parts[^1].Count > 0 && bytes > options.MaxBytes - aligned);
            if (isFull)
                parts.Add([]);
            bytes = aligned + (parts[^1].Count == 0 ? 0 : bytes);
            parts[^1].Add(tensor);
        }
        return parts.Count <= ushort.MaxValue ? parts : throw new ArgumentException($"{parts.Count} parts are more than {ushort.MaxValue}", nameof(options));
    }

    /// <summary>Writes the parts. They appear together, when all are whole; the file that is divided stays.</summary>
    /// <param name="path">A model in one file, or the first part of a split one.</param>
    /// <param name="prefix">The parts' names without <c>-00001-of-00003.gguf</c>.</param>
    /// <param name="options">Where to divide.</param>
    /// <param name="progress">Told of the share that is written, 0 to 1.</param>
    /// <param name="cancel">Ends the work; nothing is left of it.</param>
    /// <returns>The parts' paths.</returns>
    /// <exception cref="GgufException">The file is refused, a part would replace a part of it, or a part cannot be written.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Plan"/>.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<string> Split(
        string path, string prefix, GgufSplitOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        using var file = GgufFile.Open(path);
        var plan = Plan(file, options);
        var copied = new GgufCopyProgress(progress, file.Tensors);
        var parts = new List<GgufOutput>(plan.Count);
        for (int i = 0; i < plan.Count; i++)
        {
            var writer = new GgufWriter();
            if (i == 0)
                GgufMerger.SetUnsplit(writer, file.Metadata);
            GgufSplit.Describe(writer, i, plan.Count, file.Tensors.Count);
            foreach (var tensor in plan[i])
                writer.AddTensor(file, tensor, copied.Add);
            parts.Add(writer.Prepare(GgufSplit.PartPath(prefix, i + 1, plan.Count), cancel));
            GgufMerger.RefuseSource(file, parts[i].Path);
        }
        GgufReplacement.Write(parts);
        return [.. parts.Select(part => part.Path)];
    }
}
