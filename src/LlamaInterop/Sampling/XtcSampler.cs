namespace LlamaInterop.Sampling;

/// <summary>Exclude top choices: now and then drops all candidates at or above a probability except the least probable of them.</summary>
/// <remarks>P. E. Weidmann, "Exclude Top Choices (XTC)", text-generation-webui pull request 6335, 2024. One random number is drawn for each position with two candidates or more.</remarks>
public sealed class XtcSampler : ISampler
{
    private readonly float _probability;
    private readonly float _threshold;
    private readonly int _minKeep;
    private readonly Pcg32 _start;
    private Pcg32 _random;

    /// <summary>Sets the chance that a position is treated at all (0 to 1) and the probability (over 0.5: never) from which a candidate is a top choice.</summary>
    public XtcSampler(float probability, float threshold, int minKeep, Pcg32 random)
    {
        _probability = probability;
        _threshold = threshold;
        _minKeep = minKeep;
        _start = random;
        _random = random;
    }

    public string Name => "xtc";

    public void Apply(ref Candidates candidates)
    {
        if (_probability <= 0 || _threshold > 0.5f || candidates.Count < 2 || _random.NextUnit() >= _probability)
            return;
        candidates.Softmax();
        int topChoices = 0;
        ulong least = ulong.MaxValue;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (candidates.Probabilities[i] < _threshold)
                continue;
            topChoices++;
            least = Math.Min(least, KeyAt(candidates, i));
        }
        if (topChoices >= 2 && candidates.Count - topChoices + 1 >= _minKeep)
            KeepUpTo(ref candidates, least);
    }

    public void Accept(int token)
    {
    }

    public void Reset() => _random = _start;

    public ISampler Clone() => (XtcSampler)MemberwiseClone();

    private static void KeepUpTo(ref Candidates candidates, ulong highest)
    {
        var kept = candidates.Keys;
        int count = 0;
        for (int i = 0; i < candidates.Count; i++)
        {
            if (KeyAt(candidates, i) <= highest)
                kept[count++] = (ulong)i;
        }
        candidates.KeepAt(kept[..count]);
    }

    private static ulong KeyAt(in Candidates candidates, int i) => CandidateKey.Of(candidates.Logits[i], candidates.Ids[i]);
}
