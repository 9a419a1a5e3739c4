namespace LlamaInterop.Sampling;

/// <summary>Selects by chance among the candidates whose surprise is at most mu, which follows a target surprise.</summary>
/// <remarks>
/// The second, simpler algorithm of S. Basu et al., "Mirostat", 2021. It selects, so it is the last step of a chain.
/// </remarks>
public sealed class MirostatV2Sampler : ISampler
{
    private readonly float _tau;
    private readonly float _eta;
    private readonly Pcg32 _start;
    private Pcg32 _random;

    /// <summary>Sets the target surprise <paramref name="tau"/> in bits and the learning rate <paramref name="eta"/>.</summary>
    public MirostatV2Sampler(float tau, float eta, Pcg32 random)
    {
        _tau = tau;
        _eta = eta;
        _start = random;
        Reset();
    }

    public string Name => "mirostat-v2";

    /// <summary>The largest surprise in bits that is let through next; twice the target at first.</summary>
    internal double Mu { get; private set; }

    public void Apply(ref Candidates candidates)
    {
        float best = candidates.BestLogit();
        // -log2 p <= mu, written for the logit: p = exp(logit - best) / sum.
        double lowest = best + RepeatableMath.Log(candidates.SumOfWeights(best)) - (Mu * RepeatableMath.Ln2);
        candidates.KeepAtLeast((float)Math.Min(lowest, best));
        DistributionSampler.Draw(ref candidates, ref _random);
        Mu -= _eta * (MirostatV1Sampler.SurpriseInBits(candidates.SelectedProbability) - _tau);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
        _random = _start;
        Mu = 2.0 * _tau;
    }

    public ISampler Clone() => (MirostatV2Sampler)MemberwiseClone();
}
