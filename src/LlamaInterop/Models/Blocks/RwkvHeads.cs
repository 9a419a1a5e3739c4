using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>The heads of RWKV's mixing over time, and the norm of their results, head by head.</summary>
internal sealed class RwkvHeads
{
    /// <summary>1e-5 times the square of the divisor 8 by which the reference implementation scales the heads down before it.</summary>
    private const float NormEpsilon = 64e-5f;

    private readonly Norm? _norm;

    public RwkvHeads(ModelSource source, int layer)
    {
        HyperParameterReader keys = source.Parameters.Keys;
        int width = source.Parameters.EmbeddingLength;
        Length = keys.Size("wkv.head_size", max: width);
        if (width % Length != 0)
            throw keys.Wrong(keys.FullName("wkv.head_size"), $"is {Length}, which does not divide embedding_length {width}");
        Count = width / Length;
        _norm = Norm.LoadForGroups(source, $"blk.{layer}.time_mix_ln", Length, Count, NormKind.Layer, NormEpsilon);
    }

    /// <summary>Elements of a head.</summary>
    public int Length { get; }

    public int Count { get; }

    public Tensor Normed(Graph g, Tensor x) => _norm?.Forward(g, x) ?? x;
}
