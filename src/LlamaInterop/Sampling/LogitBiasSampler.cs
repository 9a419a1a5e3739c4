namespace LlamaInterop.Sampling;

/// <summary>Adds a bias to the logits of some tokens; a token named twice gets both.</summary>
/// <remarks>An excluded candidate (negative infinity) stays excluded, whatever is added to it.</remarks>
public sealed class LogitBiasSampler(IReadOnlyList<LogitBias> biases) : ISampler
{
    private readonly LogitBias[] _biases = [.. biases];

    public string Name => "logit-bias";

    public void Apply(ref Candidates candidates)
    {
        foreach (var bias in _biases)
        {
            int index = candidates.InVocabularyOrder ? bias.Token : candidates.Ids.IndexOf(bias.Token);
            if ((uint)index >= (uint)candidates.Count)
                continue;
            ref float logit = ref candidates.Logits[index];
            if (float.IsNegativeInfinity(bias.Bias) || float.IsNegativeInfinity(logit))
                logit = float.NegativeInfinity;
            else
                logit += bias.Bias;
        }
        candidates.LogitsChanged();
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;
}
