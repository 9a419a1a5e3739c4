using System.Globalization;

namespace LlamaInterop.Cli.Output.Html;

/// <summary>Bars side by side, a group a category and a colour a series.</summary>
internal static class BarChart
{
    private const int BarHeight = 16, Gap = 10, Top = 26, Left = 150, Right = 70, Bottom = 22;

    /// <param name="title">What is shown, with its unit.</param>
    /// <param name="categories">The groups' names, from above.</param>
    /// <param name="series">The series' names and their values, one a category; NaN leaves a bar out.</param>
    public static string Draw(string title, IReadOnlyList<string> categories, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series)
    {
        int group = series.Count * BarHeight + Gap;
        int bottom = Top + categories.Count * group;
        var axis = new Axis(series.SelectMany(s => s.Values), Left, Drawing.Width - Right, startsAtZero: true);
        var drawing = new Drawing(title, bottom + Bottom);
        drawing.Legend([.. series.Select(s => s.Name)]);
        foreach (double mark in axis.Marks)
        {
            drawing.Line(axis.PlaceOf(mark), Top, axis.PlaceOf(mark), bottom);
            drawing.Text(axis.TextOf(mark), axis.PlaceOf(mark), bottom + 15, "middle", isSoft: true);
        }
        for (int c = 0; c < categories.Count; c++)
        {
            double y = Top + c * group;
            drawing.Text(categories[c], Left - 8, y + series.Count * BarHeight / 2.0 + 4, "end");
            for (int s = 0; s < series.Count; s++)
                DrawBar(drawing, axis, y + s * BarHeight, s, series[s].Values[c], $"{categories[c]}, {series[s].Name}");
        }
        return drawing.ToString();
    }

    private static void DrawBar(Drawing drawing, Axis axis, double y, int series, double value, string what)
    {
        if (!double.IsFinite(value))
            return;
        string text = value.ToString("G4", CultureInfo.InvariantCulture);
        drawing.Bar(axis.PlaceOf(0), y + 1, axis.PlaceOf(value) - axis.PlaceOf(0), BarHeight - 2, series, $"{what}: {text}");
        drawing.Text(text, axis.PlaceOf(value) + 5, y + 12, isSoft: true);
    }
}
