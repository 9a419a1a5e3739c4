namespace LlamaInterop.Sampling;

/// <summary>Excludes candidates whose logit is more than <paramref name="n"/> standard deviations below the best; 0 or less excludes none.</summary>
/// <remarks>
/// C. Tang et al., "Top-nσ: Not All Logits Are You Need", 2024. Mean and deviation are those of the candidates not yet excluded. As in
/// llama.cpp the excluded ones get a logit of negative infinity and still count as candidates.
/// </remarks>
public sealed class TopNSigmaSampler(float n) : ISampler
{
    public string Name => "top-n-sigma";

    public void Apply(ref Candidates candidates)
    {
        if (n <= 0 || candidates.Count <= 1)
            return;
        float best = candidates.BestLogit();
        if (float.IsPositiveInfinity(best))
            return;
        float minimum = (float)(best - (n * StandardDeviation(candidates.Logits)));
        foreach (ref float logit in candidates.Logits)
        {
            if (logit < minimum)
                logit = float.NegativeInfinity;
        }
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;

    private static double StandardDeviation(ReadOnlySpan<float> logits)
    {
        double sum = 0;
        int count = 0;
        foreach (float logit in logits)
        {
            if (float.IsNegativeInfinity(logit))
                continue;
            sum += logit;
            count++;
        }
        double mean = sum / count;
        double squares = 0;
        foreach (float logit in logits)
        {
            if (!float.IsNegativeInfinity(logit))
                squares += (logit - mean) * (logit - mean);
        }
        return Math.Sqrt(squares / count);
    }
}
