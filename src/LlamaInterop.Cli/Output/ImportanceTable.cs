using System.Globalization;
using System.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>What an importance matrix holds, on stdout: a line a weight, then a line a layer of means weighted by columns.</summary>
internal static class ImportanceTable
{
    public static void Write(ImportanceMatrix matrix, Stream output)
    {
        IReadOnlyList<ImportanceStatistics> rows = ImportanceStatistics.Of(matrix);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{rows.Count} weights, {matrix.ChunkCount} chunks of {matrix.ChunkSize} tokens from {GgufListing.Printable(string.Join(", ", matrix.Datasets))}\n\n");
        text.Append("layer  tensor                  Σ(Act²)       Min         Max        μ        σ  active        N   entropy  relative        ZD   CosSim\n");
        foreach (ImportanceStatistics row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"{LayerOf(row),5}  {GgufListing.Printable(row.Tensor),-20} {row.Total,10:F2}  {row.Minimum,8:F4} {row.Maximum,11:F4} {row.Mean,8:F2} {row.Deviation,8:F2} {100 * row.Active,6:F2}% ");
            text.Append(CultureInfo.InvariantCulture, $"{row.Count,8} {row.Entropy,9:F4} {100 * row.RelativeEntropy,8:F2}% {100 * row.Outliers,8:F2}% {row.Similarity,8:F4}\n");
        }
        text.Append("\nlayer     μΣ(Act²)        μZD  μCosSim\n");
        foreach (IGrouping<int, ImportanceStatistics> layer in rows.Where(row => row.Layer >= 0).GroupBy(row => row.Layer).OrderBy(group => group.Key))
            text.Append(CultureInfo.InvariantCulture, $"{layer.Key,5} {Weighted(layer, row => row.Total),12:F2} {100 * Weighted(layer, row => row.Outliers),9:F4}% {Weighted(layer, row => row.Similarity),8:F4}\n");
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string LayerOf(ImportanceStatistics row) => row.Layer < 0 ? "-" : row.Layer.ToString(CultureInfo.InvariantCulture);

    private static double Weighted(IEnumerable<ImportanceStatistics> rows, Func<ImportanceStatistics, double> value) =>
        rows.Sum(row => row.Count * value(row)) / rows.Sum(row => (double)row.Count);
}
