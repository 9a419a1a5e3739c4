using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

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

    /// <summary>FalconH1ForCausalLM: each multiplier goes into the weights whose results it multiplies.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        float attentionInput = config.FloatOr(1, "attention_in_multiplier"), head = config.FloatOr(1, "lm_head_multiplier");
        float[] feedForward = Multipliers(config, "mlp_multipliers", 2);
        int kernel = config.IntOr(4, "mamba_d_conv"), groups = Math.Max(1, config.IntOr(1, "mamba_n_groups"));
        string headOf = DecoderKeys.TiesHead(config) ? "embed_tokens.weight" : "lm_head.weight";
        return new CheckpointMap(KeysOf(config, kernel, groups),
        [
            new("embed_tokens.weight", "token_embd.weight", ScaledRows.All(config.FloatOr(1, "embedding_multiplier"))),
            new(headOf, "output.weight", ScaledRows.All(head)),
            new("final_layernorm.weight", "output_norm.weight"),
            new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.self_attn.q_proj.weight", "blk.*.attn_q.weight", ScaledRows.All(attentionInput)),
            new("layers.*.self_attn.k_proj.weight", "blk.*.attn_k.weight", ScaledRows.All(attentionInput * config.FloatOr(1, "key_multiplier"))),
            new("layers.*.self_attn.v_proj.weight", "blk.*.attn_v.weight", ScaledRows.All(attentionInput)),
            new("layers.*.self_attn.o_proj.weight", "blk.*.attn_output.weight", ScaledRows.All(config.FloatOr(1, "attention_out_multiplier"))),
            .. StateSpaceNames.Mamba2("layers.*.mamba", kernel, groups).Select(rule => Multiplied(rule, config, groups)),
            new("layers.*.pre_ff_layernorm.weight", "blk.*.ffn_norm"),
            new("layers.*.feed_forward.gate_proj.weight", "blk.*.ffn_gate.weight", ScaledRows.All(feedForward[0])),
            new("layers.*.feed_forward.up_proj.weight", "blk.*.ffn_up.weight"),
            new("layers.*.feed_forward.down_proj.weight", "blk.*.ffn_down.weight", ScaledRows.All(feedForward[1])),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    private static HyperParameterWriter KeysOf(ModelConfig config, int kernel, int groups)
    {
        HyperParameterWriter keys = DecoderKeys.Of("falcon-h1", config);
        keys.Set("attention.key_length", DecoderKeys.HeadLength(config));
        keys.Set("attention.value_length", DecoderKeys.HeadLength(config));
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.inner_size", config.Int("mamba_d_ssm"));
        keys.Set("ssm.state_size", config.Int("mamba_d_state"));
        keys.Set("ssm.time_step_rank", config.Int("mamba_n_heads"));
        keys.Set("ssm.group_count", groups);
        return keys;
    }

    private static TensorRule Multiplied(TensorRule rule, ModelConfig config, int groups) => rule.To switch
    {
        "blk.*.ssm_in.@" => rule with { Changes = [InputMultipliers(config, groups)] },
        "blk.*.ssm_out.@" => rule with { Changes = [ScaledRows.All(config.FloatOr(1, "ssm_out_multiplier"))] },
        _ => rule,
    };

    /// <summary>The rows of the gate, of x, B, C and of the time steps.</summary>
    private static ScaledRows InputMultipliers(ModelConfig config, int groups)
    {
        float all = config.FloatOr(1, "ssm_in_multiplier");
        float[] each = Multipliers(config, "ssm_multipliers", 5);
        long inner = config.Int("mamba_d_ssm"), states = (long)groups * config.Int("mamba_d_state");
        return new((inner, all * each[0]), (inner, all * each[1]), (states, all * each[2]), (states, all * each[3]), (-1, all * each[4]));
    }

    private static float[] Multipliers(ModelConfig config, string name, int count)
    {
        float[] stated = config.Floats(name);
        if (stated.Length != count && stated.Length != 0)
            throw config.Refuse(name, $"has {stated.Length} numbers, not {count}");
        return stated.Length > 0 ? stated : [.. Enumerable.Repeat(1f, count)];
    }
}
