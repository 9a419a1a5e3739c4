using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Qwen 3 Next (Qwen Team 2025): gated delta nets, and attention whose result is gated in every fourth layer; many experts beside a gated
/// shared one. The norm before the experts is called "post_attention_norm".
/// </summary>
internal static class Qwen3Next
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer mixer = source.Weights.Has($"blk.{i}.ssm_conv1d.weight") ? new GatedDeltaNet(source, i)
                : new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, GatesOutput = true });
            return new Layer(i, mixer, ExpertFeedForward.OrDense(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", source.Parameters.EmbeddingLength),
            };
        });
    }
}
