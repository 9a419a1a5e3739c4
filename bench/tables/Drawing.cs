using System.Net;
using System.Text;

namespace LlamaInterop.Tables;

/// <summary>Figures as drawings that stand alone: SVG without scripts or fonts of its own.</summary>
internal static class Drawing
{
    private const string Style = "font-family=\"sans-serif\"";
    private const string Own = "#1b6e53", Llama = "#b3541e", Ik = "#5b5ea6", Rule = "#999";

    /// <summary>How much faster this engine is, a pair of bars a row: over llama.cpp and over the better ik.</summary>
    public static string Ratios(string title, IReadOnlyList<Row> rows)
    {
        const int Left = 210, Width = 480, Top = 38, Step = 30;
        double most = Math.Max(2, rows.SelectMany(row => new[] { row.OverLlama?.Median ?? 0, row.OverIk?.Median ?? 0 }).Max());
        double X(double ratio) => Left + (ratio / most * Width);
        var svg = new StringBuilder();
        for (int i = 0; i < rows.Count; i++)
        {
            int y = Top + (i * Step);
            svg.Append(Text(Left - 8, y + 14, $"{rows[i].Test.Model} {rows[i].Test.Test}", "end"));
            foreach ((double? ratio, string color, int down) in new[] { (rows[i].OverLlama?.Median, Llama, 0), (rows[i].OverIk?.Median, Ik, 12) })
            {
                if (ratio is { } value)
                    svg.Append($"<rect x=\"{Left}\" y=\"{y + down}\" width=\"{X(value) - Left:F1}\" height=\"11\" fill=\"{color}\"/>").Append(Text(X(value) + 4, y + down + 10, $"{value:F2}", "start"));
            }
        }
        int height = Top + (rows.Count * Step);
        svg.Append(Line(X(1), Top - 4, X(1), height, Rule)).Append(Text(X(1), Top - 8, "1", "middle"));
        svg.Append(Text(Left, 12, title, "start")).Append(Legend(Left + 250, [("over llama.cpp", Llama), ("over the better ik", Ik)]));
        return Frame(Left + Width + 60, height + 10, svg);
    }

    /// <summary>
    /// The roofline: multiply-adds a second against multiply-adds for each byte of weights. The slope is what memory gives, the
    /// horizontals what the instructions do; a point lies as far below its roof as there is to gain.
    /// </summary>
    public static string Roofline(IReadOnlyList<Row> rows, IReadOnlyList<Peak> peaks, int threads)
    {
        const double LowestX = 0.1, HighestX = 4096, LowestY = 1, HighestY = 2000;
        const int Left = 60, Top = 40, Width = 760, Height = 420;
        double X(double intensity) => Left + (Math.Log(intensity / LowestX) / Math.Log(HighestX / LowestX) * Width);
        double Y(double rate) => Top + Height - (Math.Log(rate / LowestY) / Math.Log(HighestY / LowestY) * Height);
        var svg = new StringBuilder();
        for (double x = LowestX; x <= HighestX; x *= 10)
            svg.Append(Line(X(x), Top, X(x), Top + Height, "#eee")).Append(Text(X(x), Top + Height + 16, $"{x:0.#}", "middle"));
        for (double y = LowestY; y <= HighestY; y *= 10)
            svg.Append(Line(Left, Y(y), Left + Width, Y(y), "#eee")).Append(Text(Left - 6, Y(y) + 4, $"{y:0}", "end"));
        double read = peaks.FirstOrDefault(peak => peak.Name == "read" && peak.Threads == threads)?.Value ?? 0;
        foreach (Peak peak in peaks.Where(peak => peak.Unit == "GMAC/s" && peak.Threads == threads).GroupBy(peak => peak.Name.Split(' ')[0]).Select(kind => kind.MaxBy(peak => peak.Value)!))
        {
            double from = read > 0 ? Math.Max(LowestX, peak.Value / read) : LowestX;
            svg.Append(Line(X(from), Y(peak.Value), Left + Width, Y(peak.Value), Rule)).Append(Text(Left + Width, Y(peak.Value) - 4, $"{peak.Name}: {peak.Value:F0} GMAC/s", "end"));
        }
        if (read > 0)
        {
            double end = Math.Min(HighestX, HighestY / read);
            svg.Append(Line(X(LowestX), Y(Math.Max(LowestY, LowestX * read)), X(end), Y(end * read), Rule)).Append(Text(X(2), Y(2.6 * read), $"read: {read:F1} GB/s", "end"));
        }
        foreach (Row row in rows.Where(row => row.Intensity is not null))
        {
            foreach ((string engine, string color) in new[] { ("llama.cpp", Llama), ("ik", Ik), ("ik -rtr", Ik), ("LlamaInterop", Own) })
            {
                if (row.MultiplyAddsPerSecond(engine) is not { } rate)
                    continue;
                if (engine == "LlamaInterop")
                    svg.Append(Text(X(row.Intensity!.Value) + 6, Y(rate / 1e9) + 3, row.Test.Model.Split(':')[^1], "start", size: 8));
                svg.Append($"<circle cx=\"{X(row.Intensity!.Value):F1}\" cy=\"{Y(rate / 1e9):F1}\" r=\"4\" fill=\"{color}\"><title>{WebUtility.HtmlEncode($"{engine} {row.Test.Model} {row.Test.Test}: {rate / 1e9:F1} GMAC/s")}</title></circle>");
            }
        }
        svg.Append(Text(Left, 14, "billions of multiply-adds a second against multiply-adds for each byte of weights", "start"));
        svg.Append(Legend(Left, [("LlamaInterop", Own), ("llama.cpp", Llama), ("ik", Ik)], 30));
        return Frame(Left + Width + 20, Top + Height + 30, svg);
    }

    private static string Frame(int width, int height, StringBuilder content) =>
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" {Style}>\n<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n{content}</svg>\n";

    private static string Legend(double x, (string Name, string Color)[] entries, int y = 12) =>
        string.Concat(entries.Select((entry, i) => $"<rect x=\"{x + (i * 130)}\" y=\"{y - 9}\" width=\"10\" height=\"10\" fill=\"{entry.Color}\"/>{Text(x + (i * 130) + 14, y, entry.Name, "start")}"));

    private static string Line(double x1, double y1, double x2, double y2, string color) =>
        $"<line x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\" stroke=\"{color}\"/>\n";

    private static string Text(double x, double y, string text, string anchor, int size = 12) =>
        $"<text x=\"{x:F1}\" y=\"{y:F1}\" font-size=\"{size}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>\n";
}
