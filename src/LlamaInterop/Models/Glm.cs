using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// ChatGLM 2 and 3, GLM-4 and GLM-Edge (GLM Team 2024): Llama's layers with gate and up in one matrix, biases on q, k and v, which may stand
/// in one matrix, and rotary pairs in half of each head. GLM-4-0414 and GLM-Z1 have norms before and behind attention and feed-forward.
/// </summary>
internal static class Glm
{
    public static IModel CreateChat(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateFourth(ModelSource source)
    {
        // Files of the vision models have their rows permuted to halves; text has the same position in all of the sections.
        var rotary = new Rotary(source, source.Parameters.Keys.Has("rope.dimension_sections") ? RopeMode.NEOX : RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreAndPostNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>GlmForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf("chatglm", config, LlamaNames.PreNorms);

    /// <summary>Glm4ForCausalLM.</summary>
    public static CheckpointMap MapOfFourth(ModelConfig config) => MapOf("glm4", config,
    [
        new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
        new("layers.*.post_self_attn_layernorm.weight", "blk.*.post_attention_norm.weight"),
        new("layers.*.post_attention_layernorm.weight", "blk.*.ffn_norm.weight"),
        new("layers.*.post_mlp_layernorm.weight", "blk.*.post_ffw_norm.weight"),
    ]);

    /// <summary>ChatGLMModel and ChatGLMForConditionalGeneration, whose base of rotation is a multiple of 10,000.</summary>
    public static CheckpointMap MapOfChat(ModelConfig config)
    {
        const float rotaryBase = 10000, rotatedShare = 0.5f;
        HyperParameterWriter keys = DecoderKeys.Of("chatglm", config);
        keys.Set("attention.head_count_kv", config.BoolOr(true, "multi_query_attention") ? config.IntOr(DecoderKeys.Heads(config), "multi_query_group_num") : DecoderKeys.Heads(config));
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-5f, "layernorm_epsilon"));
        keys.Set("rope.dimension_count", (int)(config.IntOr(DecoderKeys.HeadLength(config), "kv_channels") * rotatedShare));
        keys.Set("rope.freq_base", rotaryBase * config.FloatOr(1, "rope_ratio"));
        return new CheckpointMap(keys,
        [
            new("embedding.word_embeddings.weight", "token_embd.weight"),
            new("encoder.final_layernorm.weight", "output_norm.weight"),
            new("output_layer.weight", "output.weight"),
            new("encoder.layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"),
            new("encoder.layers.*.self_attention.query_key_value.@", "blk.*.attn_qkv.@"),
            new("encoder.layers.*.self_attention.dense.@", "blk.*.attn_output.@"),
            new("encoder.layers.*.post_attention_layernorm.weight", "blk.*.ffn_norm.weight"),
            new("encoder.layers.*.mlp.dense_h_to_4h.@", "blk.*.ffn_up.@"),
            new("encoder.layers.*.mlp.dense_4h_to_h.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = ["rotary_pos_emb.inv_freq"],
        };
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config, TensorRule[] norms)
    {
        const float rotatedShare = 0.5f;
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), rotatedShare);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. norms, .. LlamaNames.Attention,
            new("layers.*.mlp.gate_up_proj.weight", "blk.*.ffn_up.weight"),
            new("layers.*.mlp.down_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
