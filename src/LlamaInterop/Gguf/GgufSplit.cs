namespace LlamaInterop.Gguf;

/// <summary>The parts of a split model: how they are named, and what their metadata must agree on.</summary>
/// <remarks>Parts are named <c>NAME-00001-of-00003.gguf</c> and carry the keys <c>split.no</c> (from 0) and <c>split.count</c>.</remarks>
internal static class GgufSplit
{
    private const string NumberKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorCountKey = "split.tensors.count";

    public static bool IsSplitKey(string key) => key is NumberKey or CountKey or TensorCountKey;

    /// <summary>Says in a part's metadata which part it is.</summary>
    public static void Describe(GgufWriter part, int index, int count, int tensors)
    {
        part.Set(NumberKey, GgufValue.From((ushort)index));
        part.Set(CountKey, GgufValue.From((ushort)count));
        part.Set(TensorCountKey, GgufValue.From(tensors));
    }

    /// <summary>The paths of the parts after the first, in order; empty when the model is not split.</summary>
    public static IReadOnlyList<string> PathsAfterFirst(string path, GgufMetadata metadata)
    {
        int count = metadata.GetInt32OrDefault(CountKey, 0);
        if (count is 0 or 1)
            return [];
        if (count is < 0 or > ushort.MaxValue)
            throw new GgufException(GgufCheck.SplitMismatch, path, $"key '{CountKey}' = {count} is not a number of parts");
        int number = metadata.GetInt32OrDefault(NumberKey, 0);
        string prefix = ReadPrefix(path, number + 1L, count);
        if (number != 0)
            throw new GgufException(GgufCheck.SplitPosition, path, $"is part {number + 1L} of {count}: open the first, {PartPath(prefix, 1, count)}");
        return [.. Enumerable.Range(2, count - 1).Select(part => PartPath(prefix, part, count))];
    }

    /// <summary>Refuses a later part whose keys do not continue the first's.</summary>
    public static void CheckPart(string path, GgufMetadata metadata, int index, int count)
    {
        int number = metadata.GetInt32OrDefault(NumberKey, -1);
        int stated = metadata.GetInt32OrDefault(CountKey, -1);
        if (number < 0 || stated < 0)
            throw new GgufException(GgufCheck.SplitMismatch, path, $"does not say which part it is, but is named part {index + 1} of {count}");
        if (number != index || stated != count)
            throw new GgufException(GgufCheck.SplitMismatch, path, $"says that it is part {number + 1L} of {stated}, but is named part {index + 1} of {count}");
    }

    /// <summary>Refuses a model whose parts hold another number of tensors than the first one states.</summary>
    public static void CheckTensorCount(string path, GgufMetadata metadata, int tensors)
    {
        long stated = metadata.GetInt64OrDefault(TensorCountKey, tensors);
        if (stated != tensors)
            throw new GgufException(GgufCheck.SplitMismatch, path, $"key '{TensorCountKey}' = {stated}, but the parts hold {tensors} tensors");
    }

    private static string ReadPrefix(string path, long part, int count)
    {
        string suffix = $"-{part:D5}-of-{count:D5}.gguf";
        return path.EndsWith(suffix, StringComparison.Ordinal)
            ? path[..^suffix.Length]
            : throw new GgufException(GgufCheck.SplitName, path, $"is part {part} of {count}, but is not named NAME{suffix}: the others cannot be found");
    }

    public static string PartPath(string prefix, int part, int count) => $"{prefix}-{part:D5}-of-{count:D5}.gguf";
}
