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

    /// <summary>Products of a weight and an activation that a prefilled token takes in the layers: what the output head does is not in it, nor what attention does (<see cref="AttentionMultiplyAddsPerToken"/>).</summary>
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

    /// <summary>
    /// Products of queries and keys, and of its weights and values, that a token takes in attention, the mean over several tokens of one sequence. A token
    /// sees itself and those before it, or all of them where attention is not causal, and no more than a window holds.
    /// </summary>
    /// <param name="graph">Of any batch class.</param>
    /// <param name="depth">Tokens in the context before them.</param>
    /// <param name="tokens">At least one.</param>
    public static double AttentionMultiplyAddsPerToken(Graph graph, int depth, int tokens) =>
        graph.Ops.Where(op => op.Opcode == Opcode.ATTENTION).Sum(op =>
            op.Parameters[0] * (op.Sources[1]!.Width + op.Sources[2]!.Width) * Enumerable.Range(depth, tokens).Average(position => (double)PositionsSeen(op, position, depth + tokens)));

    /// <summary>How many of <paramref name="count"/> positions a query at one of them sees (ATTENTION in llamakernels.h).</summary>
    private static int PositionsSeen(Op attention, int position, int count)
    {
        int window = attention.Parameters[3];
        (int first, int end) = (WindowKind)attention.Parameters[7] switch
        {
            _ when window == 0 => (0, count),
            WindowKind.CHUNKED => (position / window * window, ((position / window) + 1) * window),
            WindowKind.SYMMETRIC => (position - (window / 2), position + (window / 2) + 1),
            _ => (position - window + 1, count),
        };
        bool isCausal = attention.Parameters[2] != 0;
        return Math.Min(end, isCausal ? position + 1 : count) - Math.Max(first, 0);
    }

    private static long BytesOf(Op op, Tensor source) => op.Opcode switch
    {
        Opcode.GET_ROWS => source.Type.RowBytes(source.Width),
        Opcode.MAT_MUL_ID when source == op.Sources[0] => source.ByteLength / source.Planes * Math.Min(source.Planes, op.Destination.Planes),
        _ => source.ByteLength,
    };
}
