using System.Globalization;
using LlamaInterop.Cli.Output.Html;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Measurements as a page: bars by test, lines by thread count and by depth where there are several.</summary>
internal static class BenchPage
{
    public static string Of(BenchmarkedModel model, IReadOnlyList<BenchmarkSession> sessions)
    {
        var page = new HtmlPage($"{model.Name}: tokens a second");
        page.AddParagraph(Text($"{model.Type}, {model.Parameters / 1e6:F1} M parameters, {ByteSize.Format(model.Bytes)}; {sessions[0].Processor}, {sessions[0].Isa}"));
        page.AddHeading("Tokens a second, median");
        var tests = sessions[0].Results.Select(result => result.Test).ToList();
        page.AddDrawing(BarChart.Draw("tokens a second", [.. tests.Select(test => test.ToString())],
            [.. sessions.Select(session => (Threads(session), (IReadOnlyList<double>)[.. session.Results.Select(result => result.Median)]))]));
        if (sessions.Count > 1)
            AddLines(page, "By threads", "threads", sessions.SelectMany(session => session.Results.Select(result => (result.Test.ToString(), (double)session.Threads, result.Median))));
        if (tests.Select(test => test.Depth).Distinct().Count() > 1)
            AddLines(page, "By tokens in the context", "tokens in the context", sessions.SelectMany(session =>
                session.Results.Select(result => ($"{result.Test with { Depth = 0 }}, {Threads(session)}", (double)result.Test.Depth, result.Median))));
        page.AddHeading("All figures");
        page.AddTable(["test", "threads", "t/s", "median", "GB/s", "of the memory's", "logits"], sessions.SelectMany(session => session.Results.Select(result => Row(session, result))));
        return page.ToString();
    }

    private static void AddLines(HtmlPage page, string heading, string horizontal, IEnumerable<(string Series, double X, double Y)> points)
    {
        page.AddHeading(heading);
        page.AddDrawing(PointChart.Draw(horizontal, "tokens a second",
            [.. points.GroupBy(point => point.Series).Select(series => new PointSeries(series.Key, [.. series.OrderBy(p => p.X).Select(p => (p.X, p.Y, ""))], IsJoined: true))]));
    }

    private static string[] Row(BenchmarkSession session, BenchmarkResult result) =>
    [
        result.Test.ToString(),
        Text($"{session.Threads}"),
        Text($"{result.Mean:F2} ± {result.Deviation:F2}"),
        Text($"{result.Median:F2}"),
        session.BytesPerSecond(result) is { } rate ? Text($"{rate / 1e9:F1}") : "",
        session.ShareOfBandwidth(result) is { } share ? Text($"{share:P0} of {result.ReadBandwidth / 1e9:F1} GB/s") : "",
        Text($"{result.LogitsHash:x16}"),
    ];

    private static string Threads(BenchmarkSession session) => $"{session.Threads} thread{(session.Threads == 1 ? "" : "s")}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
