using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

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

    /// <summary>HunYuanDenseV1ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf("hunyuan-dense", config, []);

    /// <summary>HunYuanMoEV1ForCausalLM; what is stated by layer is the same in all.</summary>
    public static CheckpointMap MapOfMoe(ModelConfig config)
    {
        CheckpointMap map = MapOf("hunyuan-moe", config,
        [
            new("layers.*.mlp.gate.wg.weight", "blk.*.ffn_gate_inp.weight"),
            .. ExpertNames.Separate,
            new("layers.*.mlp.shared_mlp.gate_proj.weight", "blk.*.ffn_gate_shexp.weight"),
            new("layers.*.mlp.shared_mlp.up_proj.weight", "blk.*.ffn_up_shexp.weight"),
            new("layers.*.mlp.shared_mlp.down_proj.weight", "blk.*.ffn_down_shexp.weight"),
        ]);
        int shared = config.Int("num_shared_expert");
        map.Keys.Set("expert_used_count", config.Int("moe_topk"));
        map.Keys.Set("expert_feed_forward_length", config.Int("moe_intermediate_size"));
        map.Keys.Set("expert_shared_count", shared);
        map.Keys.Set("expert_shared_feed_forward_length", shared * config.Int("intermediate_size"));
        return map;
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config, TensorRule[] experts)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        SetStretchedBase(keys, config);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Decoder,
            new("layers.*.self_attn.query_layernorm.weight", "blk.*.attn_q_norm.weight"),
            new("layers.*.self_attn.key_layernorm.weight", "blk.*.attn_k_norm.weight"),
            .. experts,
        ])
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }

    /// <summary>Its "dynamic" scaling is a larger base from the first token on (NTK-aware, by "alpha").</summary>
    private static void SetStretchedBase(HyperParameterWriter keys, ModelConfig config)
    {
        const int stretchedContext = 256 * 1024;
        RotaryConfig rotary = RotaryConfig.Of(config);
        if (rotary.Kind != "dynamic" || rotary.Section is not { } section || !section.Has("alpha"))
            return;
        double length = DecoderKeys.HeadLength(config);
        keys.Set("rope.freq_base", (float)((rotary.Base ?? 10000) * Math.Pow(section.Float("alpha"), length / (length - 2))));
        keys.Set("rope.scaling.type", "none");
        keys.Set("context_length", stretchedContext);
    }
}
