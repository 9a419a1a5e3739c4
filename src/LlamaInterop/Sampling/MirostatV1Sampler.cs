namespace LlamaInterop.Sampling;

/// <summary>Selects by chance among the k best, k chosen such that the surprise of the text stays near a target.</summary>
/// <remarks>
/// S. Basu et al., "Mirostat: A Neural Text Decoding Algorithm that Directly Controls Perplexity", 2021. The exponent of
/// Zipf's law is fitted to the 100 best candidates. It selects, so it is the last step of a chain.
/// </remarks>
public sealed class MirostatV1Sampler : ISampler
{
    private const int FittedCandidates = 100;

    private readonly int _vocabularySize;
    private readonly float _tau;
    private readonly float _eta;
    private readonly Pcg32 _start;
    private Pcg32 _random;

    /// <summary>Sets the target surprise <paramref name="tau"/> in bits and the learning rate <paramref name="eta"/>.</summary>
    public MirostatV1Sampler(int vocabularySize, float tau, float eta, Pcg32 random)
    {
        _vocabularySize = vocabularySize;
        _tau = tau;
        _eta = eta;
        _start = random;
        Reset();
    }

    public string Name => "mirostat";

    /// <summary>The largest surprise in bits that is let through next; twice the target at first.</summary>
    internal double Mu { get; private set; }

    public void Apply(ref Candidates candidates)
    {
        candidates.SortTop(FittedCandidates);
        candidates.KeepTop(CountToKeep(ZipfExponent(candidates.Logits), candidates.Count));
        DistributionSampler.Draw(ref candidates, ref _random);
        Mu -= _eta * (SurpriseInBits(candidates.SelectedProbability) - _tau);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
        _random = _start;
        Mu = 2.0 * _tau;
    }

    public ISampler Clone() => (MirostatV1Sampler)MemberwiseClone();

    internal static double SurpriseInBits(float probability) => -RepeatableMath.Log(probability) / RepeatableMath.Ln2;

    /// <summary>The least-squares slope of ln(p[i] / p[i+1]) over ln((i+2) / (i+1)).</summary>
    private static double ZipfExponent(ReadOnlySpan<float> sorted)
    {
        double products = 0;
        double squares = 0;
        for (int i = 0; i < Math.Min(FittedCandidates, sorted.Length) - 1 && float.IsFinite(sorted[i + 1]); i++)
        {
            double rank = RepeatableMath.Log((i + 2.0) / (i + 1.0));
            products += rank * ((double)sorted[i] - sorted[i + 1]);
            squares += rank * rank;
        }
        return squares > 0 ? products / squares : 0;
    }

    /// <summary>k = ((s - 1) 2^mu / (1 - n^-(s - 1)))^(1/s), between 1 and all.</summary>
    private int CountToKeep(double exponent, int count)
    {
        double epsilon = exponent - 1;
        double logSize = RepeatableMath.Log(_vocabularySize);
        // The quotient tends to 1 / ln n as epsilon tends to 0.
        double quotient = Math.Abs(epsilon) < 1e-9 ? 1 / logSize : epsilon / (1 - RepeatableMath.Exp(-epsilon * logSize));
        double logOfPower = RepeatableMath.Log(quotient) + (Mu * RepeatableMath.Ln2);
        double k = RepeatableMath.Exp(logOfPower / Math.Max(exponent, 1e-9));
        return k < count ? Math.Max((int)k, 1) : count;
    }
}
