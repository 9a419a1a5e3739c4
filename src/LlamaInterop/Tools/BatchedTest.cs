namespace LlamaInterop.Tools;

/// <summary>Sequences of equal length that are prefilled and then decode together.</summary>
/// <param name="Prompt">Tokens of a sequence that are prefilled.</param>
/// <param name="Generated">Tokens of a sequence that are decoded one by one.</param>
/// <param name="Sequences">At least one.</param>
/// <param name="IsPromptShared">Whether the prompt is computed once, and all sequences go on from it.</param>
/// <param name="IsDecodeSeparate">Whether the sequences decode one after the other, not together.</param>
internal readonly record struct BatchedTest(int Prompt, int Generated, int Sequences, bool IsPromptShared = false, bool IsDecodeSeparate = false)
{
    /// <summary>Tokens that are prefilled in all.</summary>
    public long PromptTokens => IsPromptShared ? Prompt : (long)Prompt * Sequences;

    /// <summary>Tokens that are decoded in all.</summary>
    public long DecodedTokens => (long)Generated * Sequences;

    /// <summary>Tokens that are computed and held in all.</summary>
    public long Tokens => PromptTokens + DecodedTokens;

    /// <summary>Tokens of one sequence.</summary>
    public int Length => Prompt + Generated;

    /// <summary>All tests of these sizes in llama-batched-bench's order.</summary>
    public static IEnumerable<BatchedTest> Combine(
        IReadOnlyList<int> prompts, IReadOnlyList<int> generated, IReadOnlyList<int> sequences, bool isPromptShared, bool isDecodeSeparate) =>
        from prompt in prompts
        from count in generated
        where prompt + count > 0
        from together in sequences
        select new BatchedTest(prompt, count, together, isPromptShared, isDecodeSeparate);
}
