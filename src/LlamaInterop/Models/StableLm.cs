using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// StableLM 1 and 2 (Bellagente et al. 2024), and Orion (Chen et al. 2024): Llama's layers with layer norms, and rotary halves of a part of
/// each head. StableLM 2 12B norms every head of q and k, and runs attention and feed-forward side by side, which shows in that it has no
/// norm before the feed-forward.
/// </summary>
internal static class StableLm
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, HeadNorm = NormKind.Layer });
            var feedForward = new FeedForward(source, i, GluKind.SILU);
            return source.Weights.Has($"blk.{i}.ffn_norm.weight")
                ? Layer.PreNorm(source, i, attention, feedForward, NormKind.Layer)
                : Layer.SideBySide(source, i, attention, feedForward, NormKind.Layer);
        });
    }
}
