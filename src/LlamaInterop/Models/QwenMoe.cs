using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// The mixtures of experts of the Qwen family. Qwen 2 MoE (Yang et al. 2024) has biases on q, k and v, a shared expert behind a gate,
/// and weights that need not sum to 1; Qwen 3 MoE (Yang et al. 2025) has norms of q and k and weights that do.
/// </summary>
internal static class QwenMoe
{
    public static IModel CreateQwen2(ModelSource source) => Create(source, renormalize: false);

    public static IModel CreateQwen3(ModelSource source) => Create(source, renormalize: true);

    private static Decoder Create(ModelSource source, bool renormalize)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>Qwen2MoeForCausalLM.</summary>
    public static CheckpointMap MapOfQwen2(ModelConfig config) => MapOf("qwen2moe", config);

    /// <summary>Qwen3MoeForCausalLM.</summary>
    public static CheckpointMap MapOfQwen3(ModelConfig config) => MapOf("qwen3moe", config);

    private static CheckpointMap MapOf(string architecture, ModelConfig config) =>
        new(DecoderKeys.Of(architecture, config), [.. LlamaNames.Decoder, .. LlamaNames.HeadNorms, .. ExpertNames.Qwen(config)])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };

    /// <summary>The text of Qwen3VLMoeForConditionalGeneration, whose experts stand in one tensor, [experts, inputs, outputs], gate before up.</summary>
    public static CheckpointMap MapOfVision(ModelConfig config)
    {
        int width = config.Int("moe_intermediate_size");
        TensorChange transposed = new SwappedAxes(1, 2);
        return new CheckpointMap(Qwen3.VisionKeysOf("qwen3vlmoe", config),
        [
            .. LlamaNames.Decoder, .. LlamaNames.HeadNorms,
            new("layers.*.mlp.gate.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_gate_exps.weight", transposed, new SlicedAxis(1, 0, width)),
            new("layers.*.mlp.experts.gate_up_proj", "blk.*.ffn_up_exps.weight", transposed, new SlicedAxis(1, width, width)),
            new("layers.*.mlp.experts.down_proj", "blk.*.ffn_down_exps.weight", transposed),
        ])
        {
            Dropped = ["visual.**", .. DecoderKeys.TiedHead(config)],
        };
    }
}
