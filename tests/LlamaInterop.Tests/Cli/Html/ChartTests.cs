using System.Xml.Linq;
using LlamaInterop.Cli.Output.Html;

namespace LlamaInterop.Tests.Cli;

/// <summary>Scales have round marks, and drawings are well-formed whatever they show.</summary>
internal sealed class ChartTests
{
    [TestCase(new[] { 0.0, 97 }, "0 20 40 60 80 100 120")]
    [TestCase(new[] { 0.13, 0.2 }, "0.00 0.05 0.10 0.15 0.20 0.25")]
    [TestCase(new[] { -3.0, 7 }, "-4 -2 0 2 4 6 8")]
    public void BarsBeginAtZeroAndEndAtARoundNumber(double[] values, string marks)
    {
        var axis = new Axis(values, 0, 100, startsAtZero: true);
        Assert.That(string.Join(' ', axis.Marks.Select(axis.TextOf)), Is.EqualTo(marks));
        Assert.That(values.Select(axis.PlaceOf), Is.All.InRange(0, 100));
    }

    [TestCase(2.7, 2.9)]
    [TestCase(5, 5)]
    [TestCase(-1e-9, 1e9)]
    public void PointsLieInsideTheirScale(double low, double high)
    {
        var axis = new Axis([low, high, double.NaN], 10, 110, startsAtZero: false);
        Assert.That(axis.PlaceOf(low), Is.InRange(10, axis.PlaceOf(high)));
        Assert.That(axis.PlaceOf(high), Is.InRange(axis.PlaceOf(low), 110));
        Assert.That(axis.Marks.Count(), Is.InRange(2, 12));
    }

    [Test]
    public void ABarForEachValueThatIsThere()
    {
        var drawing = XElement.Parse(BarChart.Draw("a & b", ["<x>", "y"], [("one", [1, double.NaN]), ("two", [2, 3])]));
        Assert.That(Bars(drawing).Select(bar => bar.Element("title")!.Value), Is.EqualTo(["<x>, one: 1", "<x>, two: 2", "y, two: 3"]));
        double[] widths = [.. Bars(drawing).Select(bar => (double)bar.Attribute("width")!)];
        Assert.That(widths[1] / widths[0], Is.EqualTo(2).Within(0.01));
        Assert.That(drawing.Attribute("aria-label")!.Value, Is.EqualTo("a & b"));
    }

    [Test]
    public void APointForEachPairAndALineForASeries()
    {
        var drawing = XElement.Parse(PointChart.Draw("size", "loss", [new("s", [(1, 2, "a"), (3, 1, "b")], IsJoined: true), new("t", [(2, 2, "c")], IsJoined: false)]));
        Assert.That((drawing.Elements("circle").Count(), drawing.Elements("polyline").Count()), Is.EqualTo((3, 1)));
    }

    [Test]
    public void NothingToDrawIsADrawingAllTheSame() =>
        Assert.That(() => (XElement.Parse(BarChart.Draw("none", [], [])), XElement.Parse(PointChart.Draw("x", "y", []))), Throws.Nothing);

    [Test]
    public void APageEscapesWhatIsText()
    {
        var page = new HtmlPage("<script>");
        page.AddTable(["a<b"], [["1 & 2"]]);
        Assert.That(page.ToString(), Does.Not.Contain("<script>").And.Contain("&lt;script&gt;").And.Contain("<th>a&lt;b</th>").And.Contain("1 &amp; 2"));
    }

    private static IEnumerable<XElement> Bars(XElement drawing) => drawing.Elements("rect").Where(rect => rect.Element("title") is not null);
}
