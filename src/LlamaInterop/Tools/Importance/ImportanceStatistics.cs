using System.Globalization;

namespace LlamaInterop.Tools;

/// <summary>What an importance matrix says of one weight's input. Source: llama.cpp, tools/imatrix, <c>--show-statistics</c>.</summary>
/// <param name="Layer">The layer, or -1.</param>
/// <param name="Tensor">The weight's name without layer and ending: "attn_q".</param>
/// <param name="Total">The sum of the columns' mean squares.</param>
/// <param name="Minimum">The lowest mean square.</param>
/// <param name="Maximum">The highest.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation.</param>
/// <param name="Active">The share of columns whose mean square is above 1e-5.</param>
/// <param name="Count">Columns, of experts that saw a row.</param>
/// <param name="Entropy">Of the columns' shares of the total, in bits.</param>
/// <param name="Outliers">The share of columns more than a deviation above the mean.</param>
/// <param name="Similarity">The cosine between its sums and those of the same weight one layer before; 0 where there is none.</param>
internal readonly record struct ImportanceStatistics(
    int Layer, string Tensor, double Total, double Minimum, double Maximum, double Mean, double Deviation, double Active, int Count,
    double Entropy, double Outliers, double Similarity)
{
    private const float Inactive = 1e-5f;

    /// <summary>The entropy's share of what as many equal columns have.</summary>
    public double RelativeEntropy => Count > 1 ? Entropy / Math.Log2(Count) : 0;

    /// <summary>Of every weight that saw a row; those of a name together, the largest total first.</summary>
    public static IReadOnlyList<ImportanceStatistics> Of(ImportanceMatrix matrix) =>
    [
        .. matrix.Entries.Where(pair => pair.Value.Counts.Any(count => count > 0)).Select(pair => Of(matrix, pair.Key, pair.Value))
            .OrderBy(row => row.Tensor, StringComparer.Ordinal).ThenByDescending(row => row.Total),
    ];

    private static ImportanceStatistics Of(ImportanceMatrix matrix, string name, ImportanceEntry entry)
    {
        float[] squares = [.. Enumerable.Range(0, entry.Counts.Length).Where(e => entry.Counts[e] > 0).SelectMany(e => entry.Means.Slice(e * entry.Columns, entry.Columns).ToArray())];
        double total = squares.Sum(value => (double)value), mean = total / squares.Length;
        double deviation = Math.Sqrt(Math.Max(0, (squares.Sum(value => (double)value * value) / squares.Length) - (mean * mean)));
        (int layer, string tensor) = Divide(name);
        return new(
            layer, tensor, total, squares.Min(), squares.Max(), mean, deviation, squares.Count(value => value > Inactive) / (double)squares.Length, squares.Length,
            Entropies(squares, total), deviation > 0 ? squares.Count(value => (value - mean) / deviation > 1) / (double)squares.Length : 0,
            Cosine(entry, matrix.Entries.GetValueOrDefault($"blk.{layer - 1}{AfterLayer(name)}")));
    }

    private static double Entropies(float[] squares, double total) =>
        squares.Where(value => value > 0 && total > 0).Sum(value => -value / total * Math.Log2(value / total));

    private static double Cosine(ImportanceEntry entry, ImportanceEntry? other)
    {
        if (other is null || other.Sums.Length != entry.Sums.Length)
            return 0;
        double product = 0, own = 0, others = 0;
        for (int i = 0; i < entry.Sums.Length; i++)
        {
            product += (double)entry.Sums[i] * other.Sums[i];
            own += (double)entry.Sums[i] * entry.Sums[i];
            others += (double)other.Sums[i] * other.Sums[i];
        }
        return own > 0 && others > 0 ? product / Math.Sqrt(own * others) : 0;
    }

    private static (int Layer, string Tensor) Divide(string name)
    {
        string[] parts = name.Split('.');
        bool hasLayer = parts is ["blk", _, ..] && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out _);
        int weight = Array.IndexOf(parts, "weight");
        return (hasLayer ? int.Parse(parts[1], CultureInfo.InvariantCulture) : -1, weight > 0 ? parts[weight - 1] : name);
    }

    /// <summary>".attn_q.weight" of "blk.3.attn_q.weight".</summary>
    private static string AfterLayer(string name) => name.IndexOf('.', Math.Min(name.Length, 4)) is var dot and >= 0 ? name[dot..] : "";
}
