namespace LlamaInterop.Tools;

/// <summary>How far a model's probabilities are from those of a base model, over the scored tokens of a text.</summary>
/// <param name="Perplexity">The model's.</param>
/// <param name="BasePerplexity">The base model's.</param>
/// <param name="Correlation">Of the two models' losses, from -1 to 1.</param>
/// <param name="LogRatio">The natural logarithm of the perplexities' ratio.</param>
/// <param name="Ratio">The model's perplexity over the base's.</param>
/// <param name="Difference">The model's perplexity less the base's.</param>
/// <param name="Divergence">The mean Kullback-Leibler divergence, in nats: the sum over tokens of p_base ln(p_base / p).</param>
/// <param name="ProbabilityChange">The mean change of the text's own tokens' probability.</param>
/// <param name="ProbabilityChangeRms">The root of the mean square of that change.</param>
/// <param name="SameTop">The share of places where both models hold the same token for the likeliest.</param>
public sealed record KlDivergenceEstimates(
    Estimate Perplexity, Estimate BasePerplexity, double Correlation, Estimate LogRatio, Estimate Ratio, Estimate Difference,
    Estimate Divergence, Estimate ProbabilityChange, Estimate ProbabilityChangeRms, Estimate SameTop);

/// <summary>The result of a comparison.</summary>
/// <param name="Estimates">Means and their errors.</param>
/// <param name="Divergences">The divergence of each scored token.</param>
/// <param name="ProbabilityChanges">The change of each scored token's probability.</param>
/// <param name="Chunks">Chunks that were computed.</param>
/// <param name="Tokens">Tokens that were scored.</param>
public sealed record KlDivergenceResult(
    KlDivergenceEstimates Estimates, ValueDistribution Divergences, ValueDistribution ProbabilityChanges, int Chunks, long Tokens);

/// <summary>A comparison so far.</summary>
/// <param name="Chunk">Chunks done, at least 1.</param>
/// <param name="Chunks">Chunks in all.</param>
/// <param name="Estimates">Those of the chunks done.</param>
public readonly record struct KlDivergenceProgress(int Chunk, int Chunks, KlDivergenceEstimates Estimates);
