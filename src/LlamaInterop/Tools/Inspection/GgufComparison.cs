using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What two models have in common, and what not: a model and what became of it.</summary>
public static class GgufComparison
{
    /// <summary>Compares metadata, tensors' types and shapes, and their data as numbers, so that different types can be compared as well.</summary>
    /// <param name="first">A model.</param>
    /// <param name="second">Another one.</param>
    /// <param name="progress">Told of the share that is read, 0 to 1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns>The differences, metadata first, in the first file's order; those of the second alone after them.</returns>
    /// <exception cref="GgufException">A file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<GgufDifference> Compare(GgufFile first, GgufFile second, IProgress<double>? progress = null, CancellationToken cancel = default) =>
        CompareMetadata(first.Metadata, second.Metadata).Concat(CompareTensors(first, second, progress, cancel));

    private static IEnumerable<GgufDifference> CompareMetadata(GgufMetadata first, GgufMetadata second)
    {
        foreach (var (key, value) in first)
        {
            if (!second.TryGet(key, out GgufValue other))
                yield return new(GgufDifferenceKind.FirstOnly, $"key {key}", value.ToString());
            else if (!GgufValueEquality.AreEqual(value, other))
                yield return new(GgufDifferenceKind.Changed, $"key {key}", $"{Shown(value, other)} -> {Shown(other, value)}");
        }
        foreach (var (key, value) in second.Where(pair => !first.Contains(pair.Key)))
            yield return new(GgufDifferenceKind.SecondOnly, $"key {key}", value.ToString());
    }

    /// <summary>The value; with its type where that is what differs.</summary>
    private static string Shown(GgufValue value, GgufValue other) => value.TypeName == other.TypeName ? value.ToString() : $"{value} ({value.TypeName})";

    private static IEnumerable<GgufDifference> CompareTensors(GgufFile first, GgufFile second, IProgress<double>? progress, CancellationToken cancel)
    {
        var done = new GgufCopyProgress(progress, first.Tensors);
        var buffers = (new float[TensorValues.StretchLength], new float[TensorValues.StretchLength]);
        foreach (var tensor in first.Tensors)
        {
            if (!second.TryGetTensor(tensor.Name, out GgufTensorInfo other))
                yield return new(GgufDifferenceKind.FirstOnly, $"tensor {tensor.Name}", Form(tensor));
            else if (!tensor.Dimensions.SequenceEqual(other.Dimensions))
                yield return new(GgufDifferenceKind.Changed, $"tensor {tensor.Name}", $"{Form(tensor)} -> {Form(other)}");
            else if (DataDifference(first, tensor, second, other, buffers, cancel) is { } text)
                yield return new(GgufDifferenceKind.Changed, $"tensor {tensor.Name}", text);
            done.Add(tensor.ByteLength);
        }
        foreach (var tensor in second.Tensors.Where(tensor => !first.TryGetTensor(tensor.Name, out _)))
            yield return new(GgufDifferenceKind.SecondOnly, $"tensor {tensor.Name}", Form(tensor));
    }

    private static string Form(GgufTensorInfo tensor) => $"{tensor.Type} [{string.Join(", ", tensor.Dimensions.ToArray())}]";

    /// <summary>Null when type and bytes are the same.</summary>
    private static string? DataDifference(
        GgufFile first, GgufTensorInfo tensor, GgufFile second, GgufTensorInfo other, (float[] First, float[] Second) buffers, CancellationToken cancel)
    {
        if (tensor.Type == other.Type && HaveEqualBytes(first, tensor, second, other, cancel))
            return null;
        string types = tensor.Type == other.Type ? $"{tensor.Type}" : $"{tensor.Type} -> {other.Type}";
        TensorValues values = new(first, tensor), others = new(second, other);
        if (!values.CanBeRead || !others.CanBeRead)
            return $"{types}: other bytes";
        var error = new ElementError();
        for (long i = 0; i < values.StretchCount; i++)
        {
            cancel.ThrowIfCancellationRequested();
            error.Add(values.Read(i, buffers.First), others.Read(i, buffers.Second));
        }
        return $"{types}: {error}";
    }

    private static bool HaveEqualBytes(GgufFile first, GgufTensorInfo tensor, GgufFile second, GgufTensorInfo other, CancellationToken cancel)
    {
        var (bytes, others) = (new byte[1 << 20], new byte[1 << 20]);
        for (long offset = 0; offset < tensor.ByteLength; offset += bytes.Length)
        {
            cancel.ThrowIfCancellationRequested();
            int length = (int)Math.Min(bytes.Length, tensor.ByteLength - offset);
            first.ReadTensor(tensor, bytes.AsSpan(0, length), offset);
            second.ReadTensor(other, others.AsSpan(0, length), offset);
            if (!bytes.AsSpan(0, length).SequenceEqual(others.AsSpan(0, length)))
                return false;
        }
        return true;
    }
}
