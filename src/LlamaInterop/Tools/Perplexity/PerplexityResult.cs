namespace LlamaInterop.Tools;

/// <summary>The perplexity of a text: how many tokens the model wavers between, on the average.</summary>
/// <param name="Perplexity">e to the mean of the negative log-probability of each scored token.</param>
/// <param name="Error">Its standard error, from the spread of the log-probabilities.</param>
/// <param name="Chunks">Chunks that were computed.</param>
/// <param name="Tokens">Tokens that were scored.</param>
public sealed record PerplexityResult(double Perplexity, double Error, int Chunks, long Tokens);

/// <summary>The perplexity so far.</summary>
/// <param name="Chunk">Chunks done, at least 1.</param>
/// <param name="Chunks">Chunks in all.</param>
/// <param name="Perplexity">That of the chunks done.</param>
/// <param name="Error">Its standard error.</param>
public readonly record struct PerplexityProgress(int Chunk, int Chunks, double Perplexity, double Error);
