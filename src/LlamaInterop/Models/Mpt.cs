using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// MPT (MosaicML 2023): q, k and v in one matrix and limited, layer norms, a feed-forward without a gate, ALiBi of the file's max bias. Some
/// of the family have learned positions instead, biases, or a layer norm over all heads of q and of k.
/// </summary>
internal static class Mpt
{
    public static IModel Create(ModelSource source)
    {
        float maxBias = source.Parameters.Float("attention.max_alibi_bias", 0, min: 0);
        var options = new DecoderOptions { Norm = NormKind.Layer, LearnedPositions = source.Weights.Has("position_embd.weight") };
        return new Decoder(source, options, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = maxBias, HeadNorm = NormKind.Layer });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_ERF, gated: false), NormKind.Layer);
        });
    }

    /// <summary>MptForCausalLM and MPTForCausalLM, whose attention has a section of its own.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const float defaultMaxBias = 8;
        HyperParameterWriter keys = DecoderKeys.Of("mpt", config);
        keys.Set("feed_forward_length", config.IntOr(4, "expansion_ratio") * DecoderKeys.Width(config));
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon"));
        ModelConfig? attention = config.Section("attn_config");
        bool hasBias = attention?.BoolOr(true, "alibi") ?? true;
        keys.Set("attention.max_alibi_bias", hasBias ? attention?.FloatOr(defaultMaxBias, "alibi_bias_max") ?? defaultMaxBias : 0);
        if (attention is not null)
        {
            DecoderKeys.SetNumberIfThere(keys, attention, "attention.clamp_kqv", "clip_qkv");
            DecoderKeys.SetIfThere(keys, attention, "attention.head_count_kv", "kv_n_heads");
        }
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("wpe.weight", "position_embd.weight"),
            new("norm_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("blocks.*.norm_1.@", "blk.*.attn_norm.@"),
            new("blocks.*.attn.Wqkv.@", "blk.*.attn_qkv.@"),
            new("blocks.*.attn.q_ln.@", "blk.*.attn_q_norm.@"),
            new("blocks.*.attn.k_ln.@", "blk.*.attn_k_norm.@"),
            new("blocks.*.attn.out_proj.@", "blk.*.attn_output.@"),
            new("blocks.*.norm_2.@", "blk.*.ffn_norm.@"),
            new("blocks.*.ffn.up_proj.@", "blk.*.ffn_up.@"),
            new("blocks.*.ffn.down_proj.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }
}
