using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Phi 1 to 2 (Li et al. 2023): attention and a feed-forward without a gate side by side, layer norms, biases everywhere, rotary halves of
/// a part of each head. Phi 3 and 4 (Abdin et al. 2024): Llama's layers with q, k and v in one matrix and gate and up in another; those of
/// 128 thousand tokens have longrope's factors.
/// </summary>
internal static class Phi
{
    public static IModel CreateSecond(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.SideBySide(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
        });
    }

    public static IModel CreateThird(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }
}
