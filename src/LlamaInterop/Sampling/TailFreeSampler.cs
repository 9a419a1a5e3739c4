namespace LlamaInterop.Sampling;

/// <summary>Drops the tail of the distribution, found where its curvature has been used up to <paramref name="z"/>; 1 keeps all.</summary>
/// <param name="z">The share of the absolute second differences of the sorted probabilities to keep, 0 to 1.</param>
/// <param name="minKeep">How many candidates stay at least; one always does.</param>
/// <remarks>
/// T. Phénix, K. Egan, "Tail Free Sampling", 2019; as llama.cpp had it until October 2024. It needs all candidates sorted, so it is best placed after top-k.
/// </remarks>
public sealed class TailFreeSampler(float z, int minKeep) : ISampler
{
    // Below this a distribution counts as straight, and each second difference gets the same share.
    private const double Straight = 1e-6;

    public string Name => "tfs-z";

    public void Apply(ref Candidates candidates)
    {
        if (z >= 1 || candidates.Count <= 2)
            return;
        candidates.SortTop(candidates.Count);
        candidates.Softmax();
        candidates.KeepTop(CountBeforeTail(candidates.Probabilities));
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;

    private int CountBeforeTail(ReadOnlySpan<float> probabilities)
    {
        int differences = probabilities.Length - 2;
        double sum = 0;
        for (int i = 0; i < differences; i++)
            sum += Curvature(probabilities, i);
        double share = 0;
        for (int i = 0; i < differences; i++)
        {
            share += sum > Straight ? Curvature(probabilities, i) / sum : 1.0 / differences;
            if (share > z && i >= Math.Max(minKeep, 1))
                return i;
        }
        return probabilities.Length;
    }

    private static double Curvature(ReadOnlySpan<float> p, int i) => Math.Abs((double)p[i] - p[i + 1] - ((double)p[i + 1] - p[i + 2]));
}
