namespace LlamaInterop.Compute;

/// <summary>What a step must read from memory at least.</summary>
internal static class BytesRead
{
    /// <summary>Bytes of weights that a one-token step of <paramref name="graph"/> reads: matrices whole, tables one row.</summary>
    public static long PerToken(Graph graph)
    {
        long bytes = 0;
        foreach (Op op in graph.Ops)
        {
            foreach (Tensor? source in op.Sources)
            {
                if (source is { Kind: TensorKind.Weight })
                    bytes += op.Opcode == Opcode.GET_ROWS ? source.Type.RowBytes(source.Width) : source.ByteLength;
            }
        }
        return bytes;
    }
}
