namespace LlamaInterop.Tools;

/// <summary>One thing to time: tokens prefilled at once, or decoded one by one, or the one after the other, after some that are there already.</summary>
/// <param name="Prompt">Tokens to prefill first; 0 for a test of decoding.</param>
/// <param name="Generated">Tokens to decode then; 0 for a test of prefill.</param>
/// <param name="Depth">Tokens in the context before the timing starts.</param>
internal readonly record struct BenchmarkTest(int Prompt, int Generated, int Depth)
{
    /// <summary>Tokens that are timed.</summary>
    public int Tokens => Prompt + Generated;

    /// <summary>Tokens that the context must hold.</summary>
    public int ContextSize => Depth + Tokens;

    /// <summary>llama-bench's name: "pp512", "tg128 @ d4096", "pp512+tg128".</summary>
    public override string ToString() =>
        string.Join('+', new[] { Prompt > 0 ? $"pp{Prompt}" : "", Generated > 0 ? $"tg{Generated}" : "" }.Where(part => part.Length > 0)) + (Depth > 0 ? $" @ d{Depth}" : "");

    /// <summary>All tests of these sizes in llama-bench's order; a size of 0 asks for none.</summary>
    public static IEnumerable<BenchmarkTest> Combine(
        IEnumerable<int> prompts, IEnumerable<int> generated, IEnumerable<(int Prompt, int Generated)> both, IReadOnlyList<int> depths) =>
        from tokens in prompts.Select(p => (Prompt: p, Generated: 0)).Concat(generated.Select(g => (Prompt: 0, Generated: g))).Concat(both)
        where tokens.Prompt + tokens.Generated > 0
        from depth in depths
        select new BenchmarkTest(tokens.Prompt, tokens.Generated, depth);
}
