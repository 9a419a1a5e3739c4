namespace LlamaInterop.Compute;

/// <summary>
/// Places scratch tensors in one buffer so that two whose lives touch never overlap. A tensor lives from the phase that writes it
/// through the last phase that reads it; phases are the unit because inside one the order is open. A product that is added to a
/// tensor which nobody else reads then or later takes that tensor's place. Largest first, each at the lowest offset that is free
/// during its life.
/// </summary>
internal static class MemoryPlan
{
    private const int Alignment = 64;

    private sealed record Interval(int First, long Bytes)
    {
        /// <summary>The tensors that have this place, each made of the one before it.</summary>
        public List<Tensor> Tensors { get; } = [];

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
            interval.Tensors.ForEach(tensor => tensor.PlaceAt(buffer, interval.Offset));
            int index = placed.FindIndex(p => p.Offset > interval.Offset);
            placed.Insert(index < 0 ? placed.Count : index, interval);
            total = Math.Max(total, interval.Offset + interval.Bytes);
        }
        return total;
    }

    private static List<Interval> Lives(Graph graph)
    {
        Dictionary<Tensor, (int Phase, int Readers)> lastReads = LastReads(graph);
        var lives = new Dictionary<Tensor, Interval>();
        var order = new List<Interval>();
        int lastPhase = graph.Ops.Count == 0 ? 0 : graph.Ops[^1].Phase;
        foreach (Op op in graph.Ops)
        {
            Tensor made = op.Destination.Root;
            if (made.Kind is TensorKind.Scratch or TensorKind.Output && !lives.ContainsKey(made))
            {
                Interval? interval = Overwritten(op, lastReads) is { } residual ? lives.GetValueOrDefault(residual) : null;
                if (interval is null)
                    order.Add(interval = new Interval(op.Phase, (made.ByteLength + Alignment - 1) / Alignment * Alignment));
                interval.Tensors.Add(made);
                interval.Last = made.Kind == TensorKind.Output ? lastPhase : op.Phase;
                lives.Add(made, interval);
            }
            foreach (Tensor? source in op.Sources)
            {
                if (source is not null && lives.TryGetValue(source.Root, out Interval? read))
                    read.Last = Math.Max(read.Last, op.Phase);
            }
        }
        return order;
    }

    /// <summary>The last phase in which each tensor is read, and how often it is then.</summary>
    private static Dictionary<Tensor, (int Phase, int Readers)> LastReads(Graph graph)
    {
        var last = new Dictionary<Tensor, (int Phase, int Readers)>();
        foreach (Op op in graph.Ops)
        {
            foreach (Tensor? source in op.Sources)
            {
                if (source is not null)
                    last[source.Root] = last.TryGetValue(source.Root, out var known) && known.Phase == op.Phase ? (op.Phase, known.Readers + 1) : (op.Phase, 1);
            }
        }
        return last;
    }

    /// <summary>What a product is added to, element by element, where nothing else reads that in this phase or later.</summary>
    private static Tensor? Overwritten(Op op, Dictionary<Tensor, (int Phase, int Readers)> lastReads)
    {
        Tensor made = op.Destination;
        return op.Opcode == Opcode.MAT_MUL && op.Sources[3] is { Kind: TensorKind.Scratch } residual
            && residual.Root == residual && made.Root == made && residual.ByteLength == made.ByteLength && lastReads[residual] == (op.Phase, 1) ? residual : null;
    }

    /// <param name="interval">The tensors to place.</param>
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
