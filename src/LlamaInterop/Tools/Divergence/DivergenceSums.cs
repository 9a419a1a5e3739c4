namespace LlamaInterop.Tools;

/// <summary>Adds up the rows of a comparison, in the text's order. The errors are those of llama.cpp's <c>llama-perplexity --kl-divergence</c>.</summary>
internal sealed class DivergenceSums
{
    private readonly List<float> _divergences = [], _changes = [];
    private RunningMean _loss, _baseLoss, _divergence, _change, _squaredChange;
    private double _lossProducts;
    private long _sameTop;

    public void Add(RowDivergence row)
    {
        double change = row.ProbabilityChange;
        _loss.Add(row.Loss);
        _baseLoss.Add(row.BaseLoss);
        _lossProducts += row.Loss * row.BaseLoss;
        _divergence.Add(row.Divergence);
        _change.Add(change);
        _squaredChange.Add(change * change);
        _sameTop += row.SameTop ? 1 : 0;
        _divergences.Add((float)row.Divergence);
        _changes.Add((float)change);
    }

    public KlDivergenceEstimates Estimates()
    {
        long count = _loss.Count;
        double perplexity = Math.Exp(_loss.Mean), basePerplexity = Math.Exp(_baseLoss.Mean), logRatio = _loss.Mean - _baseLoss.Mean;
        double covariance = count < 2 ? 0 : ((_lossProducts / count) - (_loss.Mean * _baseLoss.Mean)) / (count - 1);
        double logError = Spread(_loss.Error, _baseLoss.Error, covariance), rms = Math.Sqrt(_squaredChange.Mean), same = (double)_sameTop / count;
        return new(
            new(perplexity, perplexity * _loss.Error),
            new(basePerplexity, basePerplexity * _baseLoss.Error),
            covariance == 0 ? 0 : covariance / (_loss.Error * _baseLoss.Error),
            new(logRatio, logError),
            new(Math.Exp(logRatio), Math.Exp(logRatio) * logError),
            new(perplexity - basePerplexity, Spread(perplexity * _loss.Error, basePerplexity * _baseLoss.Error, perplexity * basePerplexity * covariance)),
            new(_divergence.Mean, _divergence.Error),
            new(_change.Mean, _change.Error),
            new(rms, rms == 0 ? 0 : 0.5 / rms * _squaredChange.Error),
            new(same, count < 2 ? 0 : Math.Sqrt(same * (1 - same) / (count - 1))));
    }

    public KlDivergenceResult Result(int chunks) => new(Estimates(), new(_divergences), new(_changes), chunks, _loss.Count);

    /// <summary>The error of a difference; rounding can make its square negative where both are the same.</summary>
    private static double Spread(double a, double b, double covariance) => Math.Sqrt(Math.Max(0, (a * a) + (b * b) - (2 * covariance)));
}
