namespace LlamaInterop.Compute.Passes;

/// <summary>ADD of a bias row, then ADD of a residual, after a MAT_MUL that nobody else reads become sources of the MAT_MUL.</summary>
internal static class FoldIntoMatMul
{
    private const int Bias = 2;
    private const int Residual = 3;

    public static void Run(Graph graph, Func<Op, bool> supports)
    {
        var consumers = new Consumers(graph);
        var position = new Dictionary<Op, int>();
        var lastWriter = new Dictionary<Tensor, int>();
        for (int i = 0; i < graph.Ops.Count; i++)
            position[graph.Ops[i]] = lastWriter[graph.Ops[i].Destination.Root] = i;
        graph.Ops.RemoveAll(add => add.Opcode == Opcode.ADD
            && (TryFold(add, add.Sources[0]!, add.Sources[1]!, consumers, position, lastWriter, supports)
                || TryFold(add, add.Sources[1]!, add.Sources[0]!, consumers, position, lastWriter, supports)));
    }

    private static bool TryFold(Op add, Tensor product, Tensor other, Consumers consumers, Dictionary<Op, int> position, Dictionary<Tensor, int> lastWriter, Func<Op, bool> supports)
    {
        if (product.Producer is not { Opcode: Opcode.MAT_MUL } matmul || !consumers.IsPrivate(product))
            return false;
        bool isRow = other.Kind == TensorKind.Weight && other.Rank == 1;
        bool isReady = other.Kind != TensorKind.Scratch || (lastWriter.TryGetValue(other.Root, out int written) && written < position[matmul]);
        int slot = isRow ? Bias : Residual;
        bool taken = matmul.Sources[Residual] is not null || matmul.Sources[slot] is not null;
        if (taken || !isReady || (!isRow && !other.Dims.SequenceEqual(product.Dims)))
            return false;
        matmul.Sources[slot] = other;
        if (!supports(matmul))
        {
            matmul.Sources[slot] = null;
            return false;
        }
        matmul.Destination = add.Destination;
        add.Destination.Producer = matmul;
        return true;
    }
}
