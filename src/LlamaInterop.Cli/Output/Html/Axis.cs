using System.Globalization;

namespace LlamaInterop.Cli.Output.Html;

/// <summary>A scale between numbers and places of a drawing, with round numbers at its marks.</summary>
internal sealed class Axis
{
    private const int AboutMarks = 5;
    private const double Room = 0.06;

    private readonly double _low, _high, _from, _to, _step;

    /// <param name="values">What must find room.</param>
    /// <param name="from">The place of the lowest.</param>
    /// <param name="to">The place of the highest.</param>
    /// <param name="startsAtZero">Whether it begins with 0, as the lengths of bars must.</param>
    public Axis(IEnumerable<double> values, double from, double to, bool startsAtZero)
    {
        (_from, _to) = (from, to);
        double[] all = [.. values.Where(double.IsFinite).DefaultIfEmpty(0)];
        double low = startsAtZero ? Math.Min(0, all.Min()) : all.Min(), high = all.Max();
        double width = high > low ? high - low : Math.Max(1e-9, Math.Abs(high));
        _step = RoundStep(width / AboutMarks);
        _low = startsAtZero && low >= 0 ? 0 : Math.Floor((low - Room * width) / _step) * _step;
        _high = Math.Ceiling((high + Room * width) / _step) * _step;
    }

    public IEnumerable<double> Marks => Enumerable.Range(0, (int)Math.Round((_high - _low) / _step) + 1).Select(i => _low + i * _step);

    public double PlaceOf(double value) => _from + (value - _low) / (_high - _low) * (_to - _from);

    /// <summary>A mark's text, with the decimals that its step needs.</summary>
    public string TextOf(double mark) => mark.ToString("F" + Math.Clamp(-(int)Math.Floor(Math.Log10(_step) + 1e-9), 0, 8), CultureInfo.InvariantCulture);

    /// <summary>1, 2 or 5 times a power of ten, not below the step.</summary>
    private static double RoundStep(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
