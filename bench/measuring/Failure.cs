namespace LlamaInterop.Measuring;

/// <summary>Why a script cannot go on, in one line.</summary>
internal sealed class Failure(string reason) : Exception(reason);
