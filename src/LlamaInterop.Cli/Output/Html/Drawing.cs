using System.Globalization;
using System.Text;

namespace LlamaInterop.Cli.Output.Html;

/// <summary>Scalable vector graphics in the making, 800 units wide.</summary>
internal sealed class Drawing(string description, int height)
{
    public const int Width = 800;
    private const int Colors = 6;

    private readonly StringBuilder _marks = new();

    public static string ColorOf(int series) => $"var(--c{series % Colors})";

    public void Line(double x1, double y1, double x2, double y2) =>
        Append($"<line class=\"line\" x1=\"{x1:F1}\" y1=\"{y1:F1}\" x2=\"{x2:F1}\" y2=\"{y2:F1}\"/>");

    public void Bar(double x, double y, double width, double barHeight, int series, string tip) =>
        Append($"<rect x=\"{x:F1}\" y=\"{y:F1}\" width=\"{Math.Max(0, width):F1}\" height=\"{Math.Max(0, barHeight):F1}\" rx=\"2\" fill=\"{ColorOf(series)}\"><title>{HtmlPage.Escape(tip)}</title></rect>");

    public void Dot(double x, double y, int series, string tip) =>
        Append($"<circle cx=\"{x:F1}\" cy=\"{y:F1}\" r=\"5\" fill=\"{ColorOf(series)}\"><title>{HtmlPage.Escape(tip)}</title></circle>");

    public void Path(IEnumerable<(double X, double Y)> points, int series) =>
        Append($"<polyline points=\"{string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:F1},{p.Y:F1}")))}\" fill=\"none\" stroke=\"{ColorOf(series)}\" stroke-width=\"2\"/>");

    /// <param name="text">What is written.</param>
    /// <param name="x">Where its anchor is.</param>
    /// <param name="y">Its base line.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="isSoft">Whether it is an aside.</param>
    public void Text(string text, double x, double y, string anchor = "start", bool isSoft = false) =>
        Append($"<text x=\"{x:F1}\" y=\"{y:F1}\" text-anchor=\"{anchor}\"{(isSoft ? " class=\"soft\"" : "")}>{HtmlPage.Escape(text)}</text>");

    /// <summary>Names the series beside their colours, above the drawing.</summary>
    public void Legend(IReadOnlyList<string> names)
    {
        const int letter = 7, box = 22;
        double x = 0;
        for (int i = 0; i < names.Count && names.Count > 1; i++)
        {
            Append($"<rect x=\"{x:F1}\" y=\"4\" width=\"12\" height=\"12\" rx=\"2\" fill=\"{ColorOf(i)}\"/>");
            Text(names[i], x + 17, 15);
            x += box + 17 + names[i].Length * letter;
        }
    }

    public override string ToString() =>
        $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{HtmlPage.Escape(description)}\">\n{_marks}</svg>";

    private void Append(FormattableString mark) => _marks.Append(mark.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
