using System.Globalization;

namespace LlamaInterop.Cli.Output.Html;

/// <summary>A series of a <see cref="PointChart"/>.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, by rising X where they are joined, each with what is written beside it.</param>
/// <param name="IsJoined">Whether a line joins them.</param>
internal sealed record PointSeries(string Name, IReadOnlyList<(double X, double Y, string Label)> Points, bool IsJoined);

/// <summary>Points between two axes.</summary>
internal static class PointChart
{
    private const int Height = 360, Top = 30, Left = 70, Right = 70, Bottom = 44;

    public static string Draw(string horizontal, string vertical, IReadOnlyList<PointSeries> series)
    {
        var points = series.SelectMany(s => s.Points).ToList();
        var x = new Axis(points.Select(p => p.X), Left, Drawing.Width - Right, startsAtZero: false);
        var y = new Axis(points.Select(p => p.Y), Height - Bottom, Top, startsAtZero: false);
        var drawing = new Drawing($"{vertical} by {horizontal}", Height);
        drawing.Legend([.. series.Select(s => s.Name)]);
        DrawAxes(drawing, x, y, horizontal);
        for (int s = 0; s < series.Count; s++)
        {
            if (series[s].IsJoined)
                drawing.Path(series[s].Points.Select(p => (x.PlaceOf(p.X), y.PlaceOf(p.Y))), s);
            foreach (var (px, py, label) in series[s].Points)
            {
                drawing.Dot(x.PlaceOf(px), y.PlaceOf(py), s, string.Create(CultureInfo.InvariantCulture, $"{label} {series[s].Name}: {px:G4}, {py:G5}"));
                drawing.Text(label, x.PlaceOf(px) + 8, y.PlaceOf(py) - 6, isSoft: true);
            }
        }
        return drawing.ToString();
    }

    private static void DrawAxes(Drawing drawing, Axis x, Axis y, string horizontal)
    {
        foreach (double mark in x.Marks)
        {
            drawing.Line(x.PlaceOf(mark), Top, x.PlaceOf(mark), Height - Bottom);
            drawing.Text(x.TextOf(mark), x.PlaceOf(mark), Height - Bottom + 16, "middle", isSoft: true);
        }
        foreach (double mark in y.Marks)
        {
            drawing.Line(Left, y.PlaceOf(mark), Drawing.Width - Right, y.PlaceOf(mark));
            drawing.Text(y.TextOf(mark), Left - 8, y.PlaceOf(mark) + 4, "end", isSoft: true);
        }
        drawing.Text(horizontal, Drawing.Width - Right, Height - 6, "end");
    }
}
