namespace LlamaInterop.Inference;

/// <summary>No cache block is free for a token; sequences must end, or the context must be made with more room.</summary>
public sealed class CacheFullException(string message) : Exception(message);
