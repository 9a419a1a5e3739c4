namespace LlamaInterop.Sampling;

/// <summary>Keeps the candidates whose surprise is nearest to the expected one, until their probabilities exceed <paramref name="p"/>; 1 keeps all.</summary>
/// <param name="p">The probability mass to keep, 0 to 1.</param>
/// <param name="minKeep">How many candidates stay at least.</param>
/// <remarks>C. Meister et al., "Locally Typical Sampling", 2022. Candidates equally near are taken in their present order.</remarks>
public sealed class TypicalSampler(float p, int minKeep) : ISampler
{
    private const int FirstPart = 256;

    public string Name => "typical";

    public void Apply(ref Candidates candidates)
    {
        if (p >= 1 || candidates.Count <= 1)
            return;
        candidates.Softmax();
        var keys = candidates.Keys[..candidates.Count];
        WriteKeys(candidates.Probabilities, Entropy(candidates.Probabilities), keys);
        var kept = keys[..CountKept(candidates.Probabilities, keys)];
        foreach (ref ulong key in kept)
            key = PositionOf(key);
        kept.Sort();
        candidates.KeepAt(kept);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;

    internal static double Entropy(ReadOnlySpan<float> probabilities)
    {
        double entropy = 0;
        foreach (float probability in probabilities)
        {
            if (probability > 0)
                entropy -= probability * RepeatableMath.Log(probability);
        }
        return entropy;
    }

    /// <summary>Keys that are larger the nearer a candidate's surprise is to the entropy, and then the earlier it stands.</summary>
    private static void WriteKeys(ReadOnlySpan<float> probabilities, double entropy, Span<ulong> keys)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            float distance = (float)Math.Abs(-RepeatableMath.Log(probabilities[i]) - entropy);
            keys[i] = ((ulong)~BitConverter.SingleToUInt32Bits(distance) << 32) | ~(uint)i;
        }
    }

    private static ulong PositionOf(ulong key) => ~(uint)key;

    private int CountKept(ReadOnlySpan<float> probabilities, Span<ulong> keys)
    {
        double mass = 0;
        int sorted = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            if (i == sorted)
            {
                int part = Math.Min(Math.Max(FirstPart, 4 * sorted), keys.Length - sorted);
                TopSelection.SortTop(keys[sorted..], part);
                sorted += part;
            }
            mass += probabilities[(int)PositionOf(keys[i])];
            if (mass > p && i + 1 >= minKeep)
                return i + 1;
        }
        return keys.Length;
    }
}
