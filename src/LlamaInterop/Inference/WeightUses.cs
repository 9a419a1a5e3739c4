using LlamaInterop.Compute;

namespace LlamaInterop.Inference;

/// <summary>How the ops of all graphs read the file's weights, in the order in which they come to them.</summary>
internal sealed class WeightUses
{
    /// <summary>Rows of a group in panels; see <c>LK_LAYOUT_PANELS</c>.</summary>
    private const int GroupRows = 16;

    /// <summary>A group is copied by one thread at a time.</summary>
    private const long LargestGroup = 64 << 20;

    private readonly Dictionary<Tensor, Use> _uses = [];
    private readonly List<Tensor> _inOrder = [];

    public WeightUses(IEnumerable<Graph> graphs)
    {
        foreach (Op op in graphs.SelectMany(graph => graph.Ops))
        {
            for (int i = 0; i < Op.MaxSources; i++)
            {
                if (op.Sources[i] is { Kind: TensorKind.Weight } source)
                    Note(op, i, source);
            }
        }
    }

    /// <summary>The weights, each once.</summary>
    public IReadOnlyList<Tensor> InOrder => _inOrder;

    /// <summary>
    /// Whether a weight may lie in panels, and gains by it: all that read it are products and look-ups of rows, none through a
    /// view, and at least one is a product. A table of which a step reads a few rows is better off in the file.
    /// </summary>
    public bool SuitsPanels(Tensor weight) =>
        _uses.TryGetValue(weight, out Use use) && use is { Multiplied: true, Otherwise: false }
        && weight.Rows >= GroupRows && weight.Dims[3] == 1 && weight.Type.RowBytes(weight.Width) <= LargestGroup / GroupRows;

    private void Note(Op op, int index, Tensor source)
    {
        if (!_uses.TryGetValue(source.Root, out Use use))
            _inOrder.Add(source.Root);
        bool isProduct = index == 0 && op.Opcode is Opcode.MAT_MUL or Opcode.MAT_MUL_ID;
        bool isMatrix = isProduct || (index == 0 && op.Opcode == Opcode.GET_ROWS);
        _uses[source.Root] = new Use(use.Multiplied || isProduct, use.Otherwise || !isMatrix || source.IsView);
    }

    /// <param name="Multiplied">Some op multiplies by it.</param>
    /// <param name="Otherwise">Some op reads it in another way than panels can be read.</param>
    private readonly record struct Use(bool Multiplied, bool Otherwise);
}
