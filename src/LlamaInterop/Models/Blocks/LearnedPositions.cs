using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Positions that have learned rows of their own, "position_embd" [embedding, context].</summary>
internal static class LearnedPositions
{
    /// <summary>A row for each position, and so for no context longer than that.</summary>
    public static Tensor Load(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        Tensor table = source.Weights.Matrix("position_embd.weight", p.EmbeddingLength, p.ContextLength);
        return source.ContextSize <= p.ContextLength ? table
            : throw new ModelException($"{source.Weights.Path}: the model has learned {p.ContextLength} positions, but the context is to be {source.ContextSize} tokens (-c)");
    }
}
