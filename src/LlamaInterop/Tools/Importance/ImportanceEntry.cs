namespace LlamaInterop.Tools;

/// <summary>What is known of one weight's input.</summary>
/// <param name="sums">Sums of squares, [columns x experts], an expert's columns side by side.</param>
/// <param name="counts">Rows that were summed, for each expert; one for a weight without experts.</param>
internal sealed class ImportanceEntry(float[] sums, long[] counts)
{
    private float[]? _means;

    public float[] Sums => sums;

    public long[] Counts => counts;

    /// <summary>Elements of one input row.</summary>
    public int Columns => sums.Length / counts.Length;

    /// <summary>Mean squares; 1 throughout for an expert that no row came to, as llama-quantize has it.</summary>
    public ReadOnlySpan<float> Means => _means ??= ToMeans();

    /// <summary>The sums of two entries; a single count stands for all experts of the other.</summary>
    /// <returns>Null where their sizes contradict each other.</returns>
    public ImportanceEntry? Plus(ImportanceEntry other)
    {
        if (sums.Length != other.Sums.Length || (counts.Length != other.Counts.Length && counts.Length != 1 && other.Counts.Length != 1))
            return null;
        float[] totals = (float[])sums.Clone();
        for (int i = 0; i < totals.Length; i++)
            totals[i] += other.Sums[i];
        long[] rows = new long[Math.Max(counts.Length, other.Counts.Length)];
        for (int e = 0; e < rows.Length; e++)
            rows[e] = counts[counts.Length == 1 ? 0 : e] + other.Counts[other.Counts.Length == 1 ? 0 : e];
        return new(totals, rows);
    }

    /// <summary>The same means, counted so many times as often.</summary>
    public ImportanceEntry Times(int factor) =>
        new(Array.ConvertAll(sums, sum => sum * factor), Array.ConvertAll(counts, count => count * factor));

    private float[] ToMeans()
    {
        float[] means = new float[sums.Length];
        int columns = Columns;
        for (int e = 0; e < counts.Length; e++)
        {
            for (int i = e * columns; i < (e + 1) * columns; i++)
                means[i] = counts[e] > 0 ? sums[i] / counts[e] : 1;
        }
        return means;
    }
}
