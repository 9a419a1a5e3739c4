namespace LlamaInterop.Measuring;

/// <summary>Samples as their median, lowest and highest.</summary>
internal readonly record struct Spread(double Median, double Lowest, double Highest)
{
    /// <param name="values">At least one.</param>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0], sorted[^1]);
    }

    public override string ToString() => $"{Median:F2} ({Lowest:F2} to {Highest:F2})";
}
