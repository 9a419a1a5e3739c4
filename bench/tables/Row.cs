using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>A test's samples of all engines, and what follows from them.</summary>
internal sealed class Row
{
    private readonly string _own;
    private readonly ILookup<string, Sample> _byEngine;
    private readonly IReadOnlyList<Sample> _all;

    /// <param name="own">This engine's name with the settings whose row it is.</param>
    /// <param name="samples">Of one test on one machine; at least one.</param>
    /// <param name="one">Of the same test with one sequence, where it is one of several.</param>
    /// <param name="peaks">Of the machine.</param>
    public Row(string own, IReadOnlyList<Sample> samples, Row? one, IReadOnlyList<Peak> peaks)
    {
        _own = own;
        _all = samples;
        _byEngine = samples.ToLookup(sample => sample.Engine);
        OverOne = one is { Ours: { } single } && Ours is { } together ? together.Median / single.Median : null;
        OfPeak = IsPrefill ? OfOwnPeaks ?? OfBest(peaks) : null;
    }

    public Sample Test => _all[0];

    public string Own => _own;

    public Spread? Ours => Of(_own);

    public Spread? OverLlama => Over("llama.cpp");

    public Spread? OverIk => BetterIk is { } name ? Over(name) : null;

    /// <summary>This engine against itself.</summary>
    public Spread? OverAgain => Over($"{_own} again");

    /// <summary>What decoding reads a second, as a share of what was read from memory beside it, the median of the samples.</summary>
    public double? OfMemory => IsDecode && _byEngine[_own].Where(sample => sample.MemoryBytesPerSecond > 0).ToList() is { Count: > 0 } ours
        ? Spread.Of(ours.Select(sample => sample.Value * sample.BytesPerToken / sample.MemoryBytesPerSecond)).Median
        : null;

    /// <summary>
    /// What prefill multiplies a second, with weights and in attention, as a share of the processor's peak for the type: the median over the
    /// samples, each held against the peak measured after it, or, where none was, the median rate against the best that was ever measured.
    /// </summary>
    public double? OfPeak { get; }

    public double? OverOne { get; }

    /// <summary>Whether <see cref="OfPeak"/> is of peaks measured after its samples.</summary>
    public bool HasOwnPeaks => OfOwnPeaks is not null;

    /// <summary>Samples of this engine.</summary>
    public int Rounds => _byEngine[_own].Count();

    public double Others => _all.Max(sample => sample.Others);

    public bool IsDecode => Test.Test.StartsWith("tg");

    public bool IsPrefill => Test.Test.StartsWith("pp");

    /// <summary>Multiply-adds for each byte of weights that is read; null where they were not counted.</summary>
    public double? Intensity => _byEngine[_own].FirstOrDefault(sample => sample.BytesPerToken > 0) is { } counted
        ? counted.MultiplyAddsPerToken / counted.BytesPerToken * (IsPrefill ? int.Parse(Test.Test[2..].Split(' ')[0]) : 1)
        : null;

    private string? BetterIk => new[] { "ik", "ik -rtr" }.Where(name => _byEngine.Contains(name)).MaxBy(name => (IsTime ? -1 : 1) * Of(name)!.Value.Median);

    private bool IsTime => Test.Unit != "t/s";

    public Spread? Of(string engine) => _byEngine.Contains(engine) ? Spread.Of(_byEngine[engine].Select(sample => sample.Value)) : null;

    public double? MultiplyAddsPerSecond(string engine) => _byEngine[_own].FirstOrDefault(sample => sample.MultiplyAddsPerToken > 0) is { } counted && IsPrefill | IsDecode
        ? Of(engine)?.Median * counted.MultiplyAddsPerToken
        : null;

    /// <summary>How much faster this engine is, round by round.</summary>
    private Spread? Over(string engine)
    {
        double[] ratios =
        [
            .. from mine in _byEngine[_own]
               join theirs in _byEngine[engine] on mine.Round equals theirs.Round
               select IsTime ? theirs.Value / mine.Value : mine.Value / theirs.Value,
        ];
        return ratios.Length == 0 ? null : Spread.Of(ratios);
    }

    private double? OfOwnPeaks => _byEngine[_own].Where(sample => sample.PeakMultiplyAddsPerSecond > 0).ToList() is { Count: > 0 } ours
        ? Spread.Of(ours.Select(sample => sample.Value * AllMultiplyAddsPerToken(sample) / sample.PeakMultiplyAddsPerSecond)).Median
        : null;

    private double? OfBest(IReadOnlyList<Peak> peaks)
    {
        Peak? best = PeakProbe.LoopsFor(Test.Model)
            .Select(loop => peaks.Where(peak => peak.Name.StartsWith(loop) && peak.Threads == Test.Threads).MaxBy(peak => peak.Value))
            .FirstOrDefault(peak => peak is not null);
        return _byEngine[_own].FirstOrDefault(sample => sample.MultiplyAddsPerToken > 0) is { } counted ? Ours?.Median * AllMultiplyAddsPerToken(counted) / 1e9 / best?.Value : null;
    }

    private static double AllMultiplyAddsPerToken(Sample sample) => sample.MultiplyAddsPerToken + sample.AttentionMultiplyAddsPerToken;
}
