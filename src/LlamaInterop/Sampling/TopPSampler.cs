namespace LlamaInterop.Sampling;

/// <summary>Keeps the fewest best candidates whose probabilities add up to at least <paramref name="p"/>; 1 keeps all.</summary>
/// <param name="p">The probability mass to keep, 0 to 1.</param>
/// <param name="minKeep">How many candidates stay at least.</param>
/// <remarks>A. Holtzman et al., "The Curious Case of Neural Text Degeneration", 2020 (nucleus sampling).</remarks>
public sealed class TopPSampler(float p, int minKeep) : ISampler
{
    // A nucleus is usually small: only a first part is sorted, and more of it when the mass does not suffice.
    private const int FirstPart = 256;

    public string Name => "top-p";

    public void Apply(ref Candidates candidates)
    {
        if (p >= 1 || candidates.Count <= 1)
            return;
        float best = candidates.BestLogit();
        double target = p * candidates.SumOfWeights(best);
        double mass = 0;
        int kept = 0;
        while (kept < candidates.Count)
        {
            if (kept == candidates.SortedCount)
                candidates.SortTop(Math.Max(FirstPart, 4 * kept));
            mass += Candidates.Weight(candidates.Logits[kept], best);
            kept++;
            if (mass >= target && kept >= minKeep)
                break;
        }
        candidates.KeepTop(kept);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;
}
