using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Jamba (Lieber et al. 2024): Mamba layers with norms of their time steps, B and C, and some layers of attention, which needs no
/// positions; every other layer has experts, whose weights are not renormalized.
/// </summary>
internal static class Jamba
{
    public static IModel Create(ModelSource source)
    {
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            IMixer mixer = source.Parameters.KvHeadCounts[i] == 0 ? StateSpace(source, i)
                : new AttentionBlock(source, i, AttentionVariant.Of(source, i));
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    private static MambaMixer StateSpace(ModelSource source, int layer)
    {
        source.Weights.Vector($"blk.{layer}.ssm_dt_norm.weight", source.Parameters.StateSpace.TimeStepRank);
        return new MambaMixer(source, layer);
    }

    /// <summary>JambaForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const string scope = "layers.*.mamba", feedForward = "layers.*.feed_forward";
        int kernel = config.IntOr(4, "mamba_d_conv");
        return new CheckpointMap(KeysOf(config, kernel),
        [
            .. LlamaNames.Tables,
            new("final_layernorm.weight", "output_norm.weight"),
            new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.pre_ff_layernorm.weight", "blk.*.ffn_norm.weight"),
            .. LlamaNames.Attention,
            .. StateSpaceNames.Mamba(scope, kernel),
            new($"{scope}.dt_layernorm.weight", "blk.*.ssm_dt_norm.weight"),
            new($"{scope}.b_layernorm.weight", "blk.*.ssm_b_norm.weight"),
            new($"{scope}.c_layernorm.weight", "blk.*.ssm_c_norm.weight"),
            new($"{feedForward}.gate_proj.weight", "blk.*.ffn_gate.weight"),
            new($"{feedForward}.up_proj.weight", "blk.*.ffn_up.weight"),
            new($"{feedForward}.down_proj.weight", "blk.*.ffn_down.weight"),
            new($"{feedForward}.router.weight", "blk.*.ffn_gate_inp.weight"),
            new($"{feedForward}.experts.#.gate_proj.weight", "blk.*.ffn_gate_exps.weight"),
            new($"{feedForward}.experts.#.up_proj.weight", "blk.*.ffn_up_exps.weight"),
            new($"{feedForward}.experts.#.down_proj.weight", "blk.*.ffn_down_exps.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    private static HyperParameterWriter KeysOf(ModelConfig config, int kernel)
    {
        const int defaultContext = 262144, rankDivisor = 16;
        int width = DecoderKeys.Width(config), period = config.Int("attn_layer_period"), offset = config.IntOr(0, "attn_layer_offset");
        HyperParameterWriter keys = DecoderKeys.Of("jamba", config, defaultContext);
        keys.Set("attention.head_count_kv", [.. Enumerable.Range(0, DecoderKeys.Layers(config)).Select(i => i >= offset && (i - offset) % period == 0 ? DecoderKeys.KvHeads(config) : 0)]);
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.inner_size", config.IntOr(2, "mamba_expand") * width);
        keys.Set("ssm.state_size", config.IntOr(16, "mamba_d_state"));
        keys.Set("ssm.time_step_rank", config.IntOr((width + rankDivisor - 1) / rankDivisor, "mamba_dt_rank"));
        return keys;
    }
}
