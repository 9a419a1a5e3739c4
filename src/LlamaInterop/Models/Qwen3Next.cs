using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Qwen 3 Next (Qwen Team 2025): gated delta nets, and attention whose result is gated in every fourth layer; many experts beside a gated
/// shared one. Qwen 3.5 (Qwen Team 2026): the same with or without experts, and value heads tiled over the key heads. The norm before the
/// experts is called "post_attention_norm".
/// </summary>
internal static class Qwen3Next
{
    public static IModel Create(ModelSource source) => Create(source, isTiled: false);

    public static IModel CreateTiled(ModelSource source) => Create(source, isTiled: true);

    private static Decoder Create(ModelSource source, bool isTiled)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer mixer = source.Weights.Has($"blk.{i}.ssm_conv1d.weight") ? new GatedDeltaNet(source, i, isTiled) : Attention(source, i, rotary);
            return new Layer(i, mixer, ExpertFeedForward.OrDense(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", source.Parameters.EmbeddingLength),
            };
        });
    }

    private static AttentionBlock Attention(ModelSource source, int layer, Rotary rotary)
    {
        source.Weights.Vector($"blk.{layer}.attn_q_norm.weight", source.Parameters.KeyLength);
        return new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary, GatesOutput = true });
    }
}
