namespace LlamaInterop;

/// <summary>The backend that was asked for is not in this build, or finds no device; the message says which.</summary>
public sealed class BackendUnavailableException(string message, Exception inner) : Exception(message, inner);
