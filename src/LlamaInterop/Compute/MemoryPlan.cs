namespace LlamaInterop.Compute;

/// <summary>
/// Places scratch tensors in one buffer so that two whose lives touch never overlap. A tensor lives from the phase that writes it
/// through the last phase that reads it; phases are the unit because inside one the order is open. Largest first, each at the
/// lowest offset that is free during its life.
/// </summary>
internal static class MemoryPlan
{
    private const int Alignment = 64;

    private sealed record Interval(Tensor Tensor, int First, long Bytes)
    {
        public int Last { get; set; } = First;

        public long Offset { get; set; }
    }

    /// <summary>Places every scratch and output tensor of a scheduled graph; returns the bytes that the buffer must have.</summary>
    public static long Place(Graph graph, int buffer)
    {
        List<Interval> intervals = Lives(graph);
        var placed = new List<Interval>(intervals.Count);
        long total = 0;
        foreach (Interval interval in intervals.OrderByDescending(i => i.Bytes).ThenBy(i => i.First))
        {
            interval.Offset = LowestFreeOffset(interval, placed);
            interval.Tensor.PlaceAt(buffer, interval.Offset);
            int index = placed.FindIndex(p => p.Offset > interval.Offset);
            placed.Insert(index < 0 ? placed.Count : index, interval);
            total = Math.Max(total, interval.Offset + interval.Bytes);
        }
        return total;
    }

    private static List<Interval> Lives(Graph graph)
    {
        var lives = new Dictionary<Tensor, Interval>();
        var order = new List<Interval>();
        int lastPhase = graph.Ops.Count == 0 ? 0 : graph.Ops[^1].Phase;
        foreach (Op op in graph.Ops)
        {
            Tensor made = op.Destination.Root;
            if (made.Kind is TensorKind.Scratch or TensorKind.Output && !lives.ContainsKey(made))
            {
                long bytes = (made.ByteLength + Alignment - 1) / Alignment * Alignment;
                var interval = new Interval(made, op.Phase, bytes);
                if (made.Kind == TensorKind.Output)
                    interval.Last = lastPhase;
                lives.Add(made, interval);
                order.Add(interval);
            }
            foreach (Tensor? source in op.Sources)
            {
                if (source is not null && lives.TryGetValue(source.Root, out Interval? read))
                    read.Last = Math.Max(read.Last, op.Phase);
            }
        }
        return order;
    }

    /// <param name="interval">The tensor to place.</param>
    /// <param name="placed">Those placed so far, by rising offset.</param>
    private static long LowestFreeOffset(Interval interval, List<Interval> placed)
    {
        long offset = 0;
        foreach (Interval other in placed)
        {
            if (other.First > interval.Last || other.Last < interval.First)
                continue;
            if (other.Offset >= offset + interval.Bytes)
                break;
            offset = Math.Max(offset, other.Offset + other.Bytes);
        }
        return offset;
    }
}
