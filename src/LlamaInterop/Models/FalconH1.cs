using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Falcon H1 (Zuo et al. 2025): attention with rotary halves and a Mamba 2 state space side by side in every layer. The model's many
/// multipliers are in the file's weights already.
/// </summary>
internal static class FalconH1
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            var mixers = new SideBySideMixers($"blk.{i}.mixed", attention, new Mamba2Mixer(source, i));
            return Layer.PreNorm(source, i, mixers, new FeedForward(source, i, GluKind.SILU));
        });
    }
}
