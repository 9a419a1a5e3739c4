using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// BLOOM and BLOOMZ (BigScience 2022): ALiBi with a max bias of 8 in place of positions, a layer norm of the embedding rows, biases, q, k and
/// v in one matrix, a feed-forward without a gate.
/// </summary>
internal static class Bloom
{
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = MaxBias });
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
    });

    /// <summary>BloomForCausalLM and BloomModel: q, k and v head by head.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int defaultContext = 2048;
        if (config.BoolOr(false, "apply_residual_connection_post_layernorm"))
            throw config.Refuse("apply_residual_connection_post_layernorm", "is true, but a residual before the norm is what runs here");
        HyperParameterWriter keys = DecoderKeys.Of("bloom", config, defaultContext);
        int heads = DecoderKeys.Heads(config);
        keys.Set("attention.head_count_kv", heads);
        keys.Set("feed_forward_length", 4 * DecoderKeys.Width(config));
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon"));
        return new CheckpointMap(keys,
        [
            new("word_embeddings.weight", "token_embd.weight"),
            new("word_embeddings_layernorm.@", "token_embd_norm.@"),
            new("ln_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight"),
            new("h.*.input_layernorm.@", "blk.*.attn_norm.@"),
            TensorRule.Join("blk.*.attn_qkv.@", FusedNames.Grouped("h.*.self_attention.query_key_value.@", config, heads)),
            new("h.*.self_attention.dense.@", "blk.*.attn_output.@"),
            new("h.*.post_attention_layernorm.@", "blk.*.ffn_norm.@"),
            new("h.*.mlp.dense_h_to_4h.@", "blk.*.ffn_up.@"),
            new("h.*.mlp.dense_4h_to_h.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }
}
