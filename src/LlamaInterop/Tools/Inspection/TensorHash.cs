namespace LlamaInterop.Tools;

/// <summary>A hash of a tensor's data, or of a model's.</summary>
/// <param name="Kind">How it was made.</param>
/// <param name="Tensor">The tensor; null for all tensors together.</param>
/// <param name="Value">Lower-case hexadecimal digits; of a UUID its usual form.</param>
public readonly record struct TensorHash(TensorHashKind Kind, string? Tensor, string Value);
