using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Trinity (Arcee 2025; GGUF's "afmoe"): embedding rows times √n, norms of residuals and of q and k, a gate of attention's result, 3 windowed
/// layers to 1 that sees all and has no positions, and, after the first layers, experts gated by sigmoid beside shared ones.
/// </summary>
internal static class Afmoe
{
    private const int Period = 4;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false);
        return new Decoder(source, new DecoderOptions { EmbeddingScale = MathF.Sqrt(p.EmbeddingLength) }, i =>
        {
            int window = p.WindowOf(i, Period);
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window, NeedsHeadNorms = true };
            return Layer.PreAndPostNorm(source, i, new AttentionBlock(source, i, variant), ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>AfmoeForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int sigmoid = 2;
        if (!config.BoolOr(true, "mup_enabled"))
            throw config.Refuse("mup_enabled", "is false, but only embeddings times the root of their width run here");
        HyperParameterWriter keys = DecoderKeys.Of("afmoe", config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config));
        DecoderKeys.SetWindows(keys, config, config.IntOr(Period, "global_attn_every_n_layers"));
        keys.Set("leading_dense_block_count", config.IntOr(0, "num_dense_layers"));
        keys.Set("expert_shared_count", config.IntOr(0, "num_shared_experts"));
        keys.Set("expert_gating_func", sigmoid);
        keys.Set("expert_weights_norm", config.BoolOr(true, "route_norm"));
        keys.Set("expert_weights_scale", config.FloatOr(1, "route_scale"));
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward, .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate,
            new("layers.*.self_attn.gate_proj.weight", "blk.*.attn_gate.weight"),
            new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.post_attention_layernorm.weight", "blk.*.post_attention_norm.weight"),
            new("layers.*.pre_mlp_layernorm.weight", "blk.*.ffn_norm.weight"),
            new("layers.*.post_mlp_layernorm.weight", "blk.*.post_ffw_norm.weight"),
            new("layers.*.mlp.router.gate.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.mlp.expert_bias", "blk.*.exp_probs_b.bias"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
