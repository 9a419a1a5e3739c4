using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>OLMoE (Muennighoff et al. 2024): norms of q and k over the whole projection, and experts whose weights are not renormalized.</summary>
internal static class Olmoe
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>OlmoeForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("olmoe", config);
        DecoderKeys.SetNumberIfThere(keys, config, "attention.clamp_kqv", "clip_qkv");
        return new CheckpointMap(keys, [.. LlamaNames.Decoder, .. LlamaNames.HeadNorms, .. ExpertNames.Separate, .. ExpertNames.Stacked(config.Int("intermediate_size"))])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
