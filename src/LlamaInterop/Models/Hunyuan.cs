using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Hunyuan 0.5B to 7B, and A13B with experts beside a shared one (Tencent 2025): Llama's layers with rotary halves, and norms of every head
/// of q and k behind the rotation.
/// </summary>
internal static class Hunyuan
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, NormsAfterRotation = true, NeedsHeadNorms = true });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }
}
