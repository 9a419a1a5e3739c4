namespace LlamaInterop.Tools;

/// <summary>How values of a sample are spread.</summary>
public sealed class ValueDistribution
{
    private readonly float[] _sorted;

    internal ValueDistribution(IEnumerable<float> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
    }

    /// <summary>Values in the sample.</summary>
    public int Count => _sorted.Length;

    /// <summary>The smallest value.</summary>
    public double Minimum => _sorted[0];

    /// <summary>The largest value.</summary>
    public double Maximum => _sorted[^1];

    /// <summary>The value in the middle.</summary>
    public double Median => Percentile(0.5);

    /// <summary>What a share of the values lies below, between two of them in proportion.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        double place = Math.Clamp(share, 0, 1) * (_sorted.Length - 1);
        int below = (int)place;
        return ((1 - (place - below)) * _sorted[below]) + ((place - below) * _sorted[Math.Min(below + 1, _sorted.Length - 1)]);
    }
}
