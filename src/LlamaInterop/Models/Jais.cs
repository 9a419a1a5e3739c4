using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Jais (Sengupta et al. 2023): GPT-2's layers with ALiBi, a gate of SiLU, and scores divided by the head's length, not by its root; the
/// factors of embedding and logits are in the file's weights.
/// </summary>
internal static class Jais
{
    public static IModel Create(ModelSource source)
    {
        float maxBias = source.Parameters.Float("attention.max_alibi_bias", 0, min: 0);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i);
            var attention = new AttentionBlock(source, i, variant with { AlibiMaxBias = maxBias, Scale = 1f / variant.KeyLength });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU), NormKind.Layer);
        });
    }
}
