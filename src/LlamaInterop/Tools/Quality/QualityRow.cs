namespace LlamaInterop.Tools;

/// <summary>What a type does to a model.</summary>
/// <param name="Type">Its name; of the base model "base".</param>
/// <param name="Bytes">Of the model's tensors.</param>
/// <param name="BitsPerWeight">Of all tensors.</param>
/// <param name="Perplexity">Over the text.</param>
/// <param name="Divergence">From the base model; null of the base itself.</param>
/// <param name="QuantizeSeconds">What quantizing took; null of the base.</param>
/// <param name="Speeds">How fast it is, an entry a thread count.</param>
internal sealed record QualityRow(
    string Type, long Bytes, double BitsPerWeight, Estimate Perplexity, QualityDivergence? Divergence, double? QuantizeSeconds, IReadOnlyList<QualitySpeed> Speeds);

/// <summary>How far a type's probabilities are from the base model's.</summary>
/// <param name="Mean">The mean Kullback-Leibler divergence, in nats.</param>
/// <param name="Median">The median.</param>
/// <param name="Percentile99">What 99 of 100 tokens stay below.</param>
/// <param name="SameTop">The share of places where both hold the same token for the likeliest.</param>
/// <param name="ProbabilityChangeRms">The root of the mean square of the change of the text's tokens' probability.</param>
internal sealed record QualityDivergence(Estimate Mean, double Median, double Percentile99, double SameTop, double ProbabilityChangeRms);

/// <summary>How fast a model is.</summary>
/// <param name="Threads">Threads that computed.</param>
/// <param name="PrefillMilliseconds">For a token of a prompt.</param>
/// <param name="DecodeMilliseconds">For a token decoded by itself.</param>
internal sealed record QualitySpeed(int Threads, double PrefillMilliseconds, double DecodeMilliseconds);
