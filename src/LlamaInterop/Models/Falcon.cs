using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Falcon 7B, 40B and 180B (Almazrouei et al. 2023): attention and a feed-forward without a gate side by side, layer norms, rotary halves, q,
/// k and v in one matrix, and few key and value heads. From 40B on attention has a norm of its own, "attn_norm_2".
/// </summary>
internal static class Falcon
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            Norm norm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength, NormKind.Layer);
            Norm? own = Norm.LoadOrNull(source, $"blk.{i}.attn_norm_2", source.Parameters.EmbeddingLength, NormKind.Layer);
            return new Layer(i, attention, new FeedForward(source, i, GluKind.GELU_ERF, gated: false))
            {
                MixerNorm = own ?? norm,
                FeedForwardNorm = own is null ? null : norm,
                Parallel = true,
            };
        });
    }

    /// <summary>
    /// FalconForCausalLM and RWForCausalLM: q, k and v by group, one group for all in 7B. A layer's norms are one, "input_layernorm", or from
    /// 40B on two, "ln_attn" and "ln_mlp".
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int defaultContext = 2048;
        if (config.BoolOr(false, "alibi"))
            throw config.Refuse("alibi", "is true, but rotary positions are what runs here");
        if (!config.BoolOr(true, "parallel_attn"))
            throw config.Refuse("parallel_attn", "is false, but attention beside the feed-forward is what runs here");
        HyperParameterWriter keys = DecoderKeys.Of("falcon", config, defaultContext);
        int groups = GroupsOf(config);
        keys.Set("attention.head_count_kv", groups);
        keys.Set("feed_forward_length", config.IntOr(4 * DecoderKeys.Width(config), "ffn_hidden_size"));
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon"));
        return new CheckpointMap(keys,
        [
            new("word_embeddings.weight", "token_embd.weight"),
            new("ln_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("h.*.input_layernorm.@", "blk.*.attn_norm.@"),
            new("h.*.ln_attn.@", "blk.*.attn_norm_2.@"),
            new("h.*.ln_mlp.@", "blk.*.attn_norm.@"),
            TensorRule.Join("blk.*.attn_qkv.@", FusedNames.Grouped("h.*.self_attention.query_key_value.@", config, groups)),
            new("h.*.self_attention.dense.@", "blk.*.attn_output.@"),
            new("h.*.mlp.dense_h_to_4h.@", "blk.*.ffn_up.@"),
            new("h.*.mlp.dense_4h_to_h.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }

    /// <summary>Key heads; what num_kv_heads says of 7B does not count.</summary>
    private static int GroupsOf(ModelConfig config)
    {
        if (config.Has("n_head_kv"))
            return config.Int("n_head_kv");
        return config.BoolOr(true, "multi_query") && !config.BoolOr(false, "new_decoder_architecture") ? 1 : DecoderKeys.KvHeads(config);
    }
}
