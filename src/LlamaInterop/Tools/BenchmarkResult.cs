namespace LlamaInterop.Tools;

/// <summary>What a test took.</summary>
/// <param name="Test">The test.</param>
/// <param name="TokensPerSecond">Of each repetition.</param>
/// <param name="LogitsHash">Of the logits after the last token: equal where every bit of them is.</param>
/// <param name="Began">When, in universal time.</param>
internal sealed record BenchmarkResult(BenchmarkTest Test, IReadOnlyList<double> TokensPerSecond, ulong LogitsHash, DateTime Began)
{
    /// <summary>Products of queries and keys, and of attention's weights and values, that a token of the test takes on average.</summary>
    public double AttentionMultiplyAddsPerToken { get; init; }

    /// <summary>Bytes of weights a second that the same threads read from end to end, the mean of a reading before the test and one after it.</summary>
    public double ReadBandwidth { get; init; }

    public double Mean => TokensPerSecond.Average();

    /// <summary>The sample's standard deviation; 0 of a single repetition.</summary>
    public double Deviation => DeviationOf(TokensPerSecond);

    /// <summary>Nanoseconds of each repetition.</summary>
    public IReadOnlyList<double> Nanoseconds => [.. TokensPerSecond.Select(rate => 1e9 * Test.Tokens / rate)];

    public static double DeviationOf(IReadOnlyList<double> samples)
    {
        double mean = samples.Average();
        int degrees = samples.Count - 1;
        return degrees == 0 ? 0 : Math.Sqrt(samples.Sum(x => (x - mean) * (x - mean)) / degrees);
    }

    public double Median
    {
        get
        {
            double[] sorted = [.. TokensPerSecond.Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
