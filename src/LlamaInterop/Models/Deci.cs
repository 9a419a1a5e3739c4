using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// DeciLM and Llama Nemotron (Bercovich et al. 2025): Llama's layers after a search, each with as many heads and as wide a feed-forward
/// as it needs. A layer without query heads has no attention, one without key heads has a matrix in its place, and one of width 0 has no
/// feed-forward.
/// </summary>
internal static class Deci
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer? mixer = MixerOf(source, i, rotary);
            FeedForward? feedForward = p.FeedForwardLengths[i] == 0 ? null : new FeedForward(source, i, GluKind.SILU);
            return new Layer(i, mixer, feedForward)
            {
                MixerNorm = mixer is null ? null : Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
                FeedForwardNorm = feedForward is null ? null : Norm.Load(source, $"blk.{i}.ffn_norm", p.EmbeddingLength),
            };
        });
    }

    private static IMixer? MixerOf(ModelSource source, int layer, Rotary rotary)
    {
        HyperParameters p = source.Parameters;
        if (p.HeadCounts[layer] == 0)
            return null;
        return p.KvHeadCounts[layer] == 0 ? new MatrixMixer(source, layer)
            : new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary });
    }

    /// <summary>The output projection of an attention that is gone.</summary>
    private sealed class MatrixMixer(ModelSource source, int layer) : IFeedForward
    {
        private readonly Linear _output = Linear.Load(
            source, $"blk.{layer}.attn_output", source.Parameters.EmbeddingLength, source.Parameters.EmbeddingLength);

        public Tensor Forward(Graph g, Tensor h) => _output.Forward(g, h, refined: true);
    }
}
