namespace LlamaInterop.Compute.Passes;

/// <summary>
/// Gives every matrix product its activations in the form that the backend's kernel reads, converting each tensor once for all of its
/// consumers (q, k and v; gate and up). Those that want 8 bits read the first plane of what others want in 15.
/// </summary>
internal static class QuantizeActivations
{
    /// <param name="graph">The graph to rewrite.</param>
    /// <param name="activationOf">The activation type that the backend wants for a weight type.</param>
    /// <param name="supports">Whether the backend runs an op as it stands.</param>
    public static void Run(Graph graph, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports)
    {
        Dictionary<Op, ElementType> wanted = graph.Ops.Where(op => op.Opcode is Opcode.MAT_MUL or Opcode.MAT_MUL_ID)
            .ToDictionary(op => op, op => Wanted(op, activationOf, supports));
        var refined = wanted.Where(w => w.Value == ElementType.A8X2).Select(w => w.Key.Sources[1]!).ToHashSet();
        var quantized = new Dictionary<(Tensor, ElementType), Tensor>();
        var ops = new List<Op>(graph.Ops.Count + 16);
        foreach (Op op in graph.Ops)
        {
            if (wanted.TryGetValue(op, out ElementType type) && op.Sources[1] is { } x && type != x.Type)
            {
                bool shared = type == ElementType.A8 && refined.Contains(x);
                (Tensor, ElementType) key = (x, shared ? ElementType.A8X2 : type);
                Tensor ready = quantized.TryGetValue(key, out Tensor? known) ? known : quantized[key] = Convert(x, key.Item2, ops);
                op.Sources[1] = shared ? ready.Coarse() : ready;
            }
            ops.Add(op);
        }
        graph.Ops.Clear();
        graph.Ops.AddRange(ops);
    }

    private static ElementType Wanted(Op op, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports)
    {
        ElementType wanted = activationOf(op.Sources[0]!.Type);
        return wanted switch
        {
            ElementType.A8 when op.Refined.HasFlag(CoarseForms.Bytes) && CanRefine(op, supports) => ElementType.A8X2,
            ElementType.BF16 when op.Refined.HasFlag(CoarseForms.BrainFloats) => ElementType.F32,
            _ => wanted,
        };
    }

    private static bool CanRefine(Op op, Func<Op, bool> supports)
    {
        Tensor x = op.Sources[1]!;
        op.Sources[1] = Graph.Activation(x.Name, ElementType.A8X2, x.Width, x.Rows, x.Planes, x.Live);
        bool can = supports(op);
        op.Sources[1] = x;
        return can;
    }

    private static Tensor Convert(Tensor x, ElementType type, List<Op> ops)
    {
        string name = x.Name + "." + type.Label();
        var result = Graph.Activation(name, type, x.Width, x.Rows, x.Planes, x.Live);
        var op = new Op(Opcode.QUANTIZE, name, result);
        op.Sources[0] = x;
        result.Producer = op;
        ops.Add(op);
        return result;
    }
}
