namespace LlamaInterop.Compute.Passes;

/// <summary>How often each tensor of a graph is read, itself or through views, kept current while a pass rewrites it.</summary>
internal sealed class Consumers
{
    private readonly Dictionary<Tensor, int> _counts = [];

    public Consumers(Graph graph)
    {
        foreach (Op op in graph.Ops)
        {
            foreach (Tensor? source in op.Sources)
            {
                if (source is not null)
                    _counts[source.Root] = _counts.GetValueOrDefault(source.Root) + 1;
            }
        }
    }

    /// <summary>Whether <paramref name="tensor"/> is made inside the graph and read exactly once and whole, so that its producer may take over the reader.</summary>
    public bool IsPrivate(Tensor tensor) =>
        tensor is { Kind: TensorKind.Scratch, IsView: false, Producer: not null } && _counts.GetValueOrDefault(tensor) == 1;
}
