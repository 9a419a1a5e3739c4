namespace LlamaInterop.Sampling;

/// <summary>A sampling option that cannot be used, or logits that no token can be chosen from; the message is one line that names it.</summary>
public sealed class SamplingException(string message) : Exception(message);
