namespace LlamaInterop.Sampling;

/// <summary>Selects the candidate of the highest logit; ties go to the lowest id.</summary>
public sealed class GreedySampler : ISampler
{
    public string Name => "greedy";

    public void Apply(ref Candidates candidates) => candidates.Select(candidates.IndexOfBest(), 1);

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;
}
