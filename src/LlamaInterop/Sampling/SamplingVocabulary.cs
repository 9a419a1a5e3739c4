namespace LlamaInterop.Sampling;

/// <summary>What a chain has to know of the model that the logits come from.</summary>
/// <param name="Size">The number of tokens: the length of a row of logits.</param>
public sealed record SamplingVocabulary(int Size)
{
    /// <summary>The tokens that end a generation; <see cref="SamplingOptions.IgnoreEos"/> forbids them.</summary>
    public IReadOnlyList<int> EndOfGeneration { get; init; } = [];

    /// <summary>The token sequences that break a repetition for DRY; see <see cref="Sampling.DryBreakers"/> for how text becomes such.</summary>
    public IReadOnlyList<int[]> DryBreakers { get; init; } = [];

    /// <summary>The context's length in tokens, which a <c>last_n</c> of -1 stands for; 0 where it is not known.</summary>
    public int ContextLength { get; init; }
}
