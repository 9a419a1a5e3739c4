using System.Globalization;
using System.Text.RegularExpressions;

namespace LlamaInterop.Gguf;

/// <summary>The parts of a split model: how they are named, and what their metadata must agree on.</summary>
/// <remarks>Parts are named <c>NAME-00001-of-00003.gguf</c> and carry the keys <c>split.no</c> (from 0) and <c>split.count</c>.</remarks>
internal static partial class GgufSplit
{
    private const string NumberKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorCountKey = "split.tensors.count";

    /// <summary>The paths of the parts after the first, in order; empty when the model is not split.</summary>
    public static IReadOnlyList<string> PathsAfterFirst(string path, GgufMetadata metadata)
    {
        int count = metadata.GetInt32OrDefault(CountKey, 0);
        if (count is 0 or 1)
            return [];
        if (count is < 0 or > ushort.MaxValue)
            throw new GgufException(GgufCheck.SplitMismatch, path, $"key '{CountKey}' = {count} is not a number of parts");
        string prefix = ReadPrefix(path, count);
        int number = metadata.GetInt32OrDefault(NumberKey, 0);
        if (number != 0)
            throw new GgufException(GgufCheck.SplitPosition, path, $"is part {number + 1L} of {count}: open the first, {PartPath(prefix, 1, count)}");
        return [.. Enumerable.Range(2, count - 1).Select(part => PartPath(prefix, part, count))];
    }

    /// <summary>Refuses a later part whose keys do not continue the first's.</summary>
    public static void CheckPart(string path, GgufMetadata metadata, int index, int count)
    {
        int number = metadata.GetInt32OrDefault(NumberKey, -1);
        int stated = metadata.GetInt32OrDefault(CountKey, -1);
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

    private static string ReadPrefix(string path, int count)
    {
        var match = PartName().Match(Path.GetFileName(path));
        if (!match.Success || int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture) != count)
            throw new GgufException(GgufCheck.SplitName, path, $"is a part of a model split into {count}, but is not named NAME-00001-of-{count:D5}.gguf, so the others cannot be found");
        return Path.Join(Path.GetDirectoryName(path), match.Groups["prefix"].ValueSpan);
    }

    private static string PartPath(string prefix, int part, int count) => $"{prefix}-{part:D5}-of-{count:D5}.gguf";

    [GeneratedRegex(@"^(?<prefix>.*)-(?<part>[0-9]{5})-of-(?<count>[0-9]{5})\.gguf$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PartName();
}
