using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Seed-OSS (ByteDance 2025): Llama's layers with rotary halves and biases on q, k and v. In its files "post_attention_norm" is the norm
/// before the feed-forward.
/// </summary>
internal static class SeedOss
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return new Layer(i, attention, new FeedForward(source, i, GluKind.SILU))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", source.Parameters.EmbeddingLength),
            };
        });
    }

    /// <summary>SeedOssForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) =>
        new(DecoderKeys.Of("seed_oss", config), [.. LlamaNames.Outer, .. LlamaNames.LatePreNorms, .. LlamaNames.Attention, .. LlamaNames.FeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
}
