using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// BitNet b1.58 (Ma et al. 2024): Llama's layers with rotary halves, weights of three values with one scale a matrix, and norms before the
/// output and down projections.
/// </summary>
internal static class BitNet
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = rotary };
            source.Weights.Vector($"blk.{i}.attn_sub_norm.weight", (long)variant.Heads * variant.ValueLength);
            var attention = new AttentionBlock(source, i, variant);
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }
}
