namespace LlamaInterop.Compute.Passes;

/// <summary>The sums of squares of one input of matrix products.</summary>
/// <param name="Sums">[n + 1, D] as SQUARE_SUM leaves them: the last element of a row is how many rows were summed.</param>
/// <param name="Live">Which of a step's counts the rows are; where it is 0 nothing has been summed.</param>
/// <param name="OfExperts">Whether D is experts, each with rows of its own; otherwise planes.</param>
internal sealed record SquareSum(Tensor Sums, Live Live, bool OfExperts)
{
    /// <summary>The weights that the input meets.</summary>
    public List<Tensor> Weights { get; } = [];
}

/// <summary>Sums the squares of what each weight of the file is multiplied by, column by column, once for each distinct input.</summary>
internal static class SumSquares
{
    /// <param name="graph">A forward pass as the model wrote it, its activations still f32.</param>
    public static IReadOnlyList<SquareSum> Run(Graph graph)
    {
        var sums = new Dictionary<(Tensor X, Tensor? Groups, long Rows), SquareSum>();
        var ops = new List<Op>(graph.Ops.Count + 64);
        foreach (Op op in graph.Ops)
        {
            if (op.Opcode is Opcode.MAT_MUL or Opcode.MAT_MUL_ID && IsWhole(op.Sources[0]!))
                Collect(op, sums, ops);
            ops.Add(op);
        }
        graph.Ops.Clear();
        graph.Ops.AddRange(ops);
        return [.. sums.Values];
    }

    /// <summary>A part of a weight has other columns than those that a quantizer sees.</summary>
    private static bool IsWhole(Tensor weights) => weights.Kind == TensorKind.Weight && weights.Width == weights.Root.Width;

    private static void Collect(Op product, Dictionary<(Tensor, Tensor?, long), SquareSum> sums, List<Op> ops)
    {
        Tensor weights = product.Sources[0]!, x = product.Sources[1]!;
        Tensor? groups = product.Opcode == Opcode.MAT_MUL_ID ? product.Sources[2] : null;
        long rows = groups is not null || weights.Planes == x.Planes ? weights.Planes : 1;
        if (!sums.TryGetValue((x, groups, rows), out SquareSum? sum))
        {
            string name = x.Name + ".squares";
            Tensor made = new Tensor(name, TensorKind.Scratch, ElementType.F32, [x.Width + 1, rows]).AsOutput(name);
            var op = new Op(Opcode.SQUARE_SUM, name, made);
            op.Sources[0] = x;
            op.Sources[1] = groups;
            ops.Add(op);
            sums[(x, groups, rows)] = sum = new SquareSum(made, x.Live, groups is not null);
        }
        if (!sum.Weights.Contains(weights.Root))
            sum.Weights.Add(weights.Root);
    }
}
