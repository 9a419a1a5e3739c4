using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>offset + second(act(first(x))): a projection through fewer numbers than either side has, as RWKV has many of.</summary>
internal sealed class LowRank
{
    private readonly string _name;
    private readonly Linear _first, _second;
    private readonly Tensor? _offset;

    /// <param name="source">The model's file.</param>
    /// <param name="name">The matrices' names without "1.weight" and "2.weight".</param>
    /// <param name="offset">The offset's name without ".weight"; null for none.</param>
    /// <param name="width">Elements of an input and of a result row.</param>
    /// <param name="rank">Numbers between.</param>
    public LowRank(ModelSource source, string name, string? offset, long width, long rank)
    {
        _name = name;
        _first = Linear.Load(source, name + "1", width, rank);
        _second = Linear.Load(source, name + "2", rank, width);
        _offset = offset is null ? null : source.Weights.Vector(offset + ".weight", width);
    }

    /// <summary>x [width, T] to [width, T].</summary>
    public Tensor Forward(Graph g, Tensor x, GluKind? activation = null)
    {
        Tensor inner = _first.Forward(g, x, refined: CoarseForms.Both);
        if (activation is { } kind)
            inner = g.Activate(_name + "_act", inner, kind);
        Tensor y = _second.Forward(g, inner, refined: CoarseForms.Both);
        return _offset is null ? y : g.Add(_name + "_offset", y, _offset);
    }
}
