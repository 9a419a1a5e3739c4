using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// StarCoder 2 (Lozhkov et al. 2024) and CodeShell (Xie et al. 2024): layer norms, biases, rotary halves, grouped heads, a
/// feed-forward without a gate.
/// </summary>
internal static class StarCoder2
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
        });
    }

    /// <summary>Starcoder2ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("starcoder2", config);
        DecoderKeys.SetIfThere(keys, config, "attention.sliding_window", "sliding_window");
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention,
            new("layers.*.mlp.c_fc.@", "blk.*.ffn_up.@"),
            new("layers.*.mlp.c_proj.@", "blk.*.ffn_down.@"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }

    /// <summary>CodeShellForCausalLM.</summary>
    public static CheckpointMap MapOfCodeShell(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("codeshell", config);
        keys.Set("feed_forward_length", config.IntOr(4 * DecoderKeys.Width(config), "n_inner"));
        keys.Set("attention.head_count_kv", config.IntOr(DecoderKeys.Heads(config), "num_query_groups"));
        keys.Set("rope.freq_base", 10000f);
        keys.Set("rope.scaling.type", "linear");
        keys.Set("rope.scaling.factor", 1f);
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("ln_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("h.*.ln_1.@", "blk.*.attn_norm.@"),
            new("h.*.attn.c_attn.@", "blk.*.attn_qkv.@"),
            new("h.*.attn.c_proj.@", "blk.*.attn_output.@"),
            new("h.*.ln_2.@", "blk.*.ffn_norm.@"),
            new("h.*.mlp.c_fc.@", "blk.*.ffn_up.@"),
            new("h.*.mlp.c_proj.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
