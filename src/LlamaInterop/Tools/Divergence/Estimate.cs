namespace LlamaInterop.Tools;

/// <summary>A figure measured on a sample.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Error">Its standard error.</param>
public readonly record struct Estimate(double Value, double Error);
