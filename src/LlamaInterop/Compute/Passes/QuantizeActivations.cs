namespace LlamaInterop.Compute.Passes;

/// <summary>
/// Gives every matrix product its activations in the form that the backend's kernel reads, converting each tensor once for all of its
/// consumers (q, k and v; gate and up).
/// </summary>
internal static class QuantizeActivations
{
    /// <param name="graph">The graph to rewrite.</param>
    /// <param name="activationOf">The activation type that the backend wants for a weight type.</param>
    /// <param name="supports">Whether the backend runs an op as it stands.</param>
    public static void Run(Graph graph, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports)
    {
        var quantized = new Dictionary<(Tensor, ElementType), Tensor>();
        var ops = new List<Op>(graph.Ops.Count + 16);
        foreach (Op op in graph.Ops)
        {
            if (op.Opcode is Opcode.MAT_MUL or Opcode.MAT_MUL_ID)
            {
                Tensor x = op.Sources[1]!;
                ElementType wanted = activationOf(op.Sources[0]!.Type);
                if (op.Refined && wanted == ElementType.A8 && CanRefine(op, supports))
                    wanted = ElementType.A8X2;
                if (wanted != x.Type)
                    op.Sources[1] = quantized.TryGetValue((x, wanted), out Tensor? ready) ? ready : quantized[(x, wanted)] = Convert(x, wanted, ops);
            }
            ops.Add(op);
        }
        graph.Ops.Clear();
        graph.Ops.AddRange(ops);
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
