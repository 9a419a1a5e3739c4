using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Qwen 1 (Bai et al. 2023): Llama's layers with q, k and v in one matrix with a bias, and rotary halves. Its
/// <c>feed_forward_length</c> counts gate and up together.
/// </summary>
internal static class Qwen
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            int width = Math.Max(1, p.FeedForwardOf(i) / 2);
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU, width: width));
        });
    }
}
