namespace LlamaInterop.Compute;

/// <summary>What a step must read from memory at least, and what it must compute of that.</summary>
internal static class BytesRead
{
    /// <summary>Bytes of weights that a one-token step of <paramref name="graph"/> reads: matrices whole, tables one row, experts as many as a token has.</summary>
    public static long PerToken(Graph graph)
    {
        long bytes = 0;
        foreach (Op op in graph.Ops)
        {
            foreach (Tensor? source in op.Sources)
            {
                if (source is { Kind: TensorKind.Weight })
                    bytes += BytesOf(op, source);
            }
        }
        return bytes;
    }

    /// <summary>Bytes of the experts' weights that a one-token step reads, and of all of them; both 0 for a dense model.</summary>
    public static (long Read, long All) OfExperts(Graph graph)
    {
        long read = 0, all = 0;
        foreach (Op op in graph.Ops.Where(op => op.Opcode == Opcode.MAT_MUL_ID))
        {
            read += BytesOf(op, op.Sources[0]!);
            all += op.Sources[0]!.ByteLength;
        }
        return (read, all);
    }

    /// <summary>Products of a weight and an activation that a prefilled token takes in the layers: what attention and the output head do is not in it.</summary>
    public static long MultiplyAddsPerToken(Graph graph)
    {
        long products = 0;
        foreach (Op op in graph.Ops.Where(op => op.Name.StartsWith("blk.", StringComparison.Ordinal)))
        {
            foreach (Tensor? source in op.Sources)
            {
                if (source is { Kind: TensorKind.Weight })
                    products += BytesOf(op, source) / source.Type.RowBytes(source.Width) * source.Width;
            }
        }
        return products;
    }

    private static long BytesOf(Op op, Tensor source) => op.Opcode switch
    {
        Opcode.GET_ROWS => source.Type.RowBytes(source.Width),
        Opcode.MAT_MUL_ID when source == op.Sources[0] => source.ByteLength / source.Planes * Math.Min(source.Planes, op.Destination.Planes),
        _ => source.ByteLength,
    };
}
