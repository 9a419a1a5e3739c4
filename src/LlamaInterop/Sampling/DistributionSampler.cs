namespace LlamaInterop.Sampling;

/// <summary>Selects a candidate by chance, each with its probability: the last step of a chain.</summary>
/// <remarks>
/// One random number of 53 bits is drawn for each position, also where a single candidate is left. Candidates are summed in their
/// present order; one whose probability is 0 as a float is never selected.
/// </remarks>
public sealed class DistributionSampler(Pcg32 random) : ISampler
{
    private readonly Pcg32 _start = random;
    private Pcg32 _random = random;

    public string Name => "dist";

    public void Apply(ref Candidates candidates) => Draw(ref candidates, ref _random);

    public void Accept(int token)
    {
    }

    public void Reset() => _random = _start;

    public ISampler Clone() => (DistributionSampler)MemberwiseClone();

    /// <summary>Computes the probabilities and selects by the generator's next number.</summary>
    internal static void Draw(ref Candidates candidates, ref Pcg32 random)
    {
        candidates.Softmax();
        var probabilities = candidates.Probabilities;
        double total = 0;
        foreach (float probability in probabilities)
            total += probability;
        double target = random.NextUnit() * total;
        double sum = 0;
        int selected = 0;
        for (int i = 0; i < probabilities.Length && sum <= target; i++)
        {
            sum += probabilities[i];
            if (probabilities[i] > 0)
                selected = i;
        }
        candidates.Select(selected, probabilities[selected]);
    }
}
