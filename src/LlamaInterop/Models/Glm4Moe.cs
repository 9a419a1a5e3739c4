using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// GLM 4.5 (Zeng et al. 2025): dense layers at the start, then experts gated by sigmoid beside a shared one; partial rotary halves, norms
/// of q and k where the file has them. The norm before the feed-forward is called "post_attention_norm".
/// </summary>
internal static class Glm4Moe
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return new Layer(i, attention, ExpertFeedForward.OrDense(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.post_attention_norm", p.EmbeddingLength),
            };
        });
    }

    /// <summary>Glm4MoeForCausalLM; layers that predict further tokens are left out.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int sigmoid = 2;
        const float rotatedShare = 0.5f;
        HyperParameterWriter keys = DecoderKeys.Of("glm4moe", config);
        keys.Set("expert_gating_func", sigmoid);
        DecoderKeys.SetDenseAndShared(keys, config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), rotatedShare);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.LatePreNorms, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward,
            .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate, .. ExpertNames.SelectionBias,
        ])
        {
            Dropped = [.. DecoderKeys.FurtherLayers(config), .. DecoderKeys.TiedHead(config)],
        };
    }
}
