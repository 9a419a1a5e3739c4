using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What entries of both formats must satisfy.</summary>
internal static class ImportanceFile
{
    /// <summary>Elements of one entry at most: what an array holds.</summary>
    public static readonly int MaxElements = Array.MaxLength;

    /// <exception cref="GgufException">Sums or counts that no run gives.</exception>
    public static ImportanceEntry Check(string path, string name, float[] sums, long[] counts)
    {
        foreach (float sum in sums)
        {
            if (!float.IsFinite(sum) || sum < 0)
                throw new GgufException(GgufCheck.ValueRange, path, $"{name}: a sum of squares is {sum}");
        }
        if (sums.Length % counts.Length != 0)
            throw new GgufException(GgufCheck.RowLength, path, $"{name}: {sums.Length} sums are not a whole number of columns for {counts.Length} experts");
        return new(sums, counts);
    }
}
