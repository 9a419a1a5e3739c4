namespace LlamaInterop.Tools;

/// <summary>How far quantizing has come.</summary>
/// <param name="Tensor">The tensor that is being written.</param>
/// <param name="BytesRead">Bytes of the input that are done.</param>
/// <param name="BytesTotal">Bytes of the input in all.</param>
public readonly record struct QuantizeProgress(string Tensor, long BytesRead, long BytesTotal)
{
    /// <summary>From 0 to 1.</summary>
    public double Fraction => BytesTotal == 0 ? 1 : (double)BytesRead / BytesTotal;
}

/// <summary>What was written.</summary>
/// <param name="Plan">The tensors.</param>
/// <param name="Files">The files, one unless the model was kept split.</param>
/// <param name="Elapsed">The time that it took.</param>
public sealed record QuantizeReport(QuantizePlan Plan, IReadOnlyList<string> Files, TimeSpan Elapsed);
