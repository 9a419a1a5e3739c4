namespace LlamaInterop.Tools;

/// <summary>A mean and its standard error, from the sums of values and of their squares; entered in one order, it is the same in every run.</summary>
internal struct RunningMean
{
    private double _sum, _sumOfSquares;

    public long Count { get; private set; }

    public readonly double Mean => Count == 0 ? 0 : _sum / Count;

    /// <summary>The square root of the variance over (count - 1); 0 where rounding has made the variance negative.</summary>
    public readonly double Error => Count < 2 ? 0 : Math.Sqrt(Math.Max(0, (_sumOfSquares / Count) - (Mean * Mean)) / (Count - 1));

    public void Add(double value)
    {
        _sum += value;
        _sumOfSquares += value * value;
        Count++;
    }
}
