namespace LlamaInterop;

/// <summary>The result of <see cref="LlamaModel.Complete"/>, in OpenAI's terms.</summary>
/// <param name="Choices">The texts; one.</param>
/// <param name="Usage">Tokens taken in and given out.</param>
public sealed record Completion(IReadOnlyList<CompletionChoice> Choices, CompletionUsage Usage);

/// <summary>One text.</summary>
/// <param name="Text">The generated text, after the prompt where it was to be echoed.</param>
/// <param name="Index">Its place among the choices.</param>
/// <param name="FinishReason">Why it ended.</param>
public sealed record CompletionChoice(string Text, int Index, FinishReason FinishReason);

/// <summary>Counts of tokens.</summary>
public readonly record struct CompletionUsage(int PromptTokens, int CompletionTokens)
{
    /// <summary>Both together.</summary>
    public int TotalTokens => PromptTokens + CompletionTokens;
}
