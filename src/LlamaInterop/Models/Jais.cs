using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Jais (Sengupta et al. 2023): GPT-2's layers with ALiBi, a gate of SiLU, and scores divided by the head's length, not by its root; the
/// factors of embedding and logits are in the file's weights.
/// </summary>
internal static class Jais
{
    public static IModel Create(ModelSource source)
    {
        float maxBias = source.Parameters.Float("attention.max_alibi_bias", 0, min: 0);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i);
            var attention = new AttentionBlock(source, i, variant with { AlibiMaxBias = maxBias, Scale = 1f / variant.KeyLength });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU), NormKind.Layer);
        });
    }

    /// <summary>JAISLMHeadModel: matrices stored [inputs, outputs], and a head that is the token table times another factor, where there is none.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const float maxBias = 8;
        float scale = config.Float("mup_embeddings_scale", "embeddings_scale");
        float logits = config.Has("mup_output_alpha") ? config.Float("mup_output_alpha") * config.Float("mup_width_scale") : config.Float("width_scale");
        RefuseOther(config, "activation_function", "swiglu");
        RefuseOther(config, "position_embedding_type", "alibi");
        HyperParameterWriter keys = DecoderKeys.Of("jais", config);
        keys.Set("attention.max_alibi_bias", maxBias);
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight", ScaledRows.All(scale)),
            new("ln_f.@", "output_norm.@"),
            new("lm_head.weight", "output.weight", ScaledRows.All(logits)),
            new("wte.weight", "output.weight", ScaledRows.All(logits)) { IsSpare = true },
            new("h.*.ln_1.@", "blk.*.attn_norm.@"),
            new("h.*.attn.c_attn.@", "blk.*.attn_qkv.@", TensorChange.Transpose),
            new("h.*.attn.c_proj.@", "blk.*.attn_output.@", TensorChange.Transpose),
            new("h.*.ln_2.@", "blk.*.ffn_norm.@"),
            new("h.*.mlp.c_fc.@", "blk.*.ffn_up.@", TensorChange.Transpose),
            new("h.*.mlp.c_fc2.@", "blk.*.ffn_gate.@", TensorChange.Transpose),
            new("h.*.mlp.c_proj.@", "blk.*.ffn_down.@", TensorChange.Transpose),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = ["h.*.attn.bias", "h.*.attn.masked_bias", "relative_pe.slopes"],
        };
    }

    private static void RefuseOther(ModelConfig config, string name, string expected)
    {
        if (config.StringOrNull(name) is { } found && found != expected)
            throw config.Refuse(name, $"is '{found}', but {expected} is what runs here");
    }
}
