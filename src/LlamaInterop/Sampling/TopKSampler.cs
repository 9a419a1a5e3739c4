namespace LlamaInterop.Sampling;

/// <summary>Keeps the <paramref name="k"/> candidates of the highest logits; 0 or less keeps all.</summary>
/// <remarks>A. Fan et al., "Hierarchical Neural Story Generation", 2018. A k at or above the number of candidates changes nothing, their order included.</remarks>
public sealed class TopKSampler(int k) : ISampler
{
    public string Name => "top-k";

    public void Apply(ref Candidates candidates)
    {
        if (k > 0 && k < candidates.Count)
            candidates.KeepTop(k);
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;
}
