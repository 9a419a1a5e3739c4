namespace LlamaInterop.Tools;

/// <summary>What a test of sequences that run together took.</summary>
/// <param name="Test">The test.</param>
/// <param name="PrefillSeconds">Of all prompts.</param>
/// <param name="DecodeSeconds">Of all decoded tokens.</param>
/// <param name="LogitsHash">Of the first sequence's last logits: the same however many sequences ran with it.</param>
internal sealed record BatchedResult(BatchedTest Test, double PrefillSeconds, double DecodeSeconds, ulong LogitsHash)
{
    /// <summary>Tokens a second; 0 where there are none.</summary>
    public double PrefillRate => Rate(Test.PromptTokens, PrefillSeconds);

    /// <inheritdoc cref="PrefillRate"/>
    public double DecodeRate => Rate(Test.DecodedTokens, DecodeSeconds);

    public double Seconds => PrefillSeconds + DecodeSeconds;

    public double TotalRate => Rate(Test.Tokens, Seconds);

    private static double Rate(long tokens, double seconds) => tokens == 0 ? 0 : tokens / seconds;
}
