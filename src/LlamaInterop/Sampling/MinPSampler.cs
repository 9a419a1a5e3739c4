namespace LlamaInterop.Sampling;

/// <summary>Keeps the candidates that are at least <paramref name="p"/> times as probable as the best one; 0 keeps all.</summary>
/// <param name="p">The fraction of the best probability, 0 to 1.</param>
/// <param name="minKeep">How many candidates stay at least.</param>
/// <remarks>M. Nguyen et al., "Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs", 2024.</remarks>
public sealed class MinPSampler(float p, int minKeep) : ISampler
{
    private readonly float _distance = (float)RepeatableMath.Log(p);

    public string Name => "min-p";

    public void Apply(ref Candidates candidates)
    {
        if (p <= 0 || candidates.Count <= 1)
            return;
        float minimum = candidates.BestLogit() + _distance;
        if (CountAtLeast(candidates.Logits, minimum) >= minKeep)
            candidates.KeepAtLeast(minimum);
        else
            candidates.KeepTop(minKeep);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;

    private static int CountAtLeast(ReadOnlySpan<float> logits, float minimum)
    {
        int count = 0;
        foreach (float logit in logits)
            count += logit >= minimum ? 1 : 0;
        return count;
    }
}
