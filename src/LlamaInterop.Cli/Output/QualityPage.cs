using LlamaInterop.Cli.Output.Html;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A study as a page: quality by size, divergence, agreement and speed.</summary>
internal static class QualityPage
{
    public static string Of(QualityReport report)
    {
        var page = new HtmlPage($"{report.Model.Name}: what quantizing costs and saves");
        page.AddParagraph($"{report.Model.Type}, {ByteSize.Format(report.Model.Bytes)}; text in chunks of {report.Options.Text.ContextSize} tokens; "
            + $"prefill of {report.Options.Prompt} tokens, decode of {report.Options.Generated}, the median of {report.Options.Repetitions}.");
        page.AddTable(report.Head, report.Cells);
        page.AddHeading("Perplexity by size");
        page.AddParagraph("Lower is better; further left is smaller.");
        page.AddDrawing(PerplexityBySize(report.Rows));
        AddBars(page, report, "Kullback-Leibler divergence from the base model, in nats", divergence: true,
            ("mean", row => row.Divergence?.Mean.Value), ("median", row => row.Divergence?.Median));
        AddBars(page, report, "The same likeliest token as the base model, in percent of the places", divergence: true, ("same token", row => row.Divergence?.SameTop * 100));
        AddBars(page, report, "Size, in MiB", divergence: false, ("size", row => row.Bytes / 1048576.0));
        AddBars(page, report, "Milliseconds for a token of a prompt", divergence: false, SpeedsOf(report, speed => speed.PrefillMilliseconds));
        AddBars(page, report, "Milliseconds for a decoded token", divergence: false, SpeedsOf(report, speed => speed.DecodeMilliseconds));
        return page.ToString();
    }

    /// <summary>The types as points, and the base model as a line across: its size would crowd them together.</summary>
    private static string PerplexityBySize(IReadOnlyList<QualityRow> rows)
    {
        var types = rows.Where(row => row.Divergence is not null).OrderBy(row => row.BitsPerWeight).Select(row => (row.BitsPerWeight, row.Perplexity.Value, row.Type)).ToList();
        double perplexity = rows[0].Perplexity.Value;
        var line = types.Select(point => (point.BitsPerWeight, perplexity, "")).ToList();
        return PointChart.Draw("bits per weight", "perplexity", [new("quantized", types, IsJoined: true), new("base model", line, IsJoined: true)]);
    }

    private static void AddBars(HtmlPage page, QualityReport report, string heading, bool divergence, params (string Name, Func<QualityRow, double?> Value)[] series)
    {
        var rows = report.Rows.Where(row => !divergence || row.Divergence is not null).ToList();
        if (rows.Count == 0)
            return;
        page.AddHeading(heading);
        page.AddDrawing(BarChart.Draw(heading, [.. rows.Select(row => row.Type)],
            [.. series.Select(s => (s.Name, (IReadOnlyList<double>)[.. rows.Select(row => s.Value(row) ?? double.NaN)]))]));
    }

    private static (string, Func<QualityRow, double?>)[] SpeedsOf(QualityReport report, Func<QualitySpeed, double> value) =>
        [.. report.Options.Threads.Select((threads, i) => ($"{threads} thread{(threads == 1 ? "" : "s")}", (Func<QualityRow, double?>)(row => value(row.Speeds[i]))))];
}
