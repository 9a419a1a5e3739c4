namespace LlamaInterop.Compute.Passes;

/// <summary>RMS_NORM followed by MUL with one row of weights becomes one RMS_NORM with a weight.</summary>
internal static class FoldNormWeight
{
    public static void Run(Graph graph, Func<Op, bool> supports)
    {
        var consumers = new Consumers(graph);
        graph.Ops.RemoveAll(mul =>
        {
            if (mul.Opcode != Opcode.MUL || mul.Sources[0] is not { Producer: { Opcode: Opcode.RMS_NORM } norm } normed)
                return false;
            Tensor weight = mul.Sources[1]!;
            if (norm.Sources[1] is not null || !consumers.IsPrivate(normed) || weight.Kind != TensorKind.Weight || weight.Rank != 1
                || weight.Width != norm.Parameters[1])
                return false;
            norm.Sources[1] = weight;
            if (!supports(norm))
            {
                norm.Sources[1] = null;
                return false;
            }
            norm.Destination = mul.Destination;
            mul.Destination.Producer = norm;
            return true;
        });
    }
}
