using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Falcon 7B, 40B and 180B (Almazrouei et al. 2023): attention and a feed-forward without a gate side by side, layer norms, rotary halves, q,
/// k and v in one matrix, and few key and value heads. From 40B on attention has a norm of its own, "attn_norm_2".
/// </summary>
internal static class Falcon
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            Norm norm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength, NormKind.Layer);
            Norm? own = Norm.LoadOrNull(source, $"blk.{i}.attn_norm_2", source.Parameters.EmbeddingLength, NormKind.Layer);
            return new Layer(i, attention, new FeedForward(source, i, GluKind.GELU_ERF, gated: false))
            {
                MixerNorm = own ?? norm,
                FeedForwardNorm = own is null ? null : norm,
                Parallel = true,
            };
        });
    }
}
