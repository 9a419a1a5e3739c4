using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Llama (Touvron et al. 2023) and what shares its arithmetic and its GGUF architecture: Llama 1 to 3, CodeLlama, Mistral, TinyLlama,
/// SmolLM, Vicuna, Zephyr; with experts, Mixtral (Jiang et al. 2024). Rotary pairs are neighbours: the converter permutes the rows of q
/// and k.
/// </summary>
internal static class Llama
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>Checkpoints of transformers: LlamaForCausalLM, MistralForCausalLM, MixtralForCausalLM and others of their names.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("llama", config);
        int headLength = DecoderKeys.HeadLength(config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, headLength);
        DecoderKeys.SetIfThere(keys, config, "attention.sliding_window", "sliding_window");
        return new CheckpointMap(keys, [.. LlamaNames.PermutedDecoder(config), .. ExpertNames.Mixtral])
        {
            Dropped = DecoderKeys.TiedHead(config),
            Constants = rotary.Llama3Factors(headLength),
        };
    }

    /// <summary>Checkpoints of Meta's own class Transformer, of llama2.c and of ggml before GGUF.</summary>
    public static CheckpointMap MapOfTransformer(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("llama", config);
        int headLength = DecoderKeys.HeadLength(config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, headLength);
        return new CheckpointMap(keys, TransformerNames.Decoder)
        {
            Prefixes = ["_orig_mod.", "module."],
            Dropped = [.. TransformerNames.Dropped, .. DecoderKeys.TiesHead(config) ? (string[])["output.weight"] : []],
            Constants = rotary.Llama3Factors(headLength),
        };
    }

    /// <summary>InternLM2ForCausalLM: Meta's names, but q, k and v by group in one tensor, as rotary halves.</summary>
    public static CheckpointMap MapOfInternLm2(ModelConfig config)
    {
        int kvHeads = DecoderKeys.KvHeads(config);
        return new CheckpointMap(DecoderKeys.Of("internlm2", config),
        [
            .. TransformerNames.Decoder,
            .. FusedNames.Permuted(FusedNames.Grouped("layers.*.attention.wqkv.@", config, kvHeads), DecoderKeys.Heads(config), kvHeads),
        ])
        {
            Dropped = DecoderKeys.TiesHead(config) ? ["output.weight"] : [],
        };
    }

    /// <summary>XverseForCausalLM.</summary>
    public static CheckpointMap MapOfXverse(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("xverse", config);
        keys.Set("rope.dimension_count", DecoderKeys.HeadLength(config));
        return new CheckpointMap(keys, LlamaNames.PermutedDecoder(config)) { Dropped = DecoderKeys.TiedHead(config) };
    }

    /// <summary>Ernie4_5ForCausalLM, whose rotation is of neighbours as it is.</summary>
    public static CheckpointMap MapOfErnie(ModelConfig config) =>
        new(DecoderKeys.Of("ernie4_5", config), LlamaNames.Decoder) { Dropped = DecoderKeys.TiedHead(config, defaultValue: true) };

    /// <summary>Ernie4_5_MoeForCausalLM; layers that predict further tokens are left out.</summary>
    public static CheckpointMap MapOfErnieMoe(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("ernie4_5-moe", config);
        int shared = config.IntOr(0, "moe_num_shared_experts"), width = config.Int("moe_intermediate_size");
        keys.Set("expert_count", config.Int("moe_num_experts"));
        keys.Set("expert_used_count", config.Int("moe_k"));
        keys.Set("interleave_moe_layer_step", config.IntOr(1, "moe_layer_interval"));
        keys.Set("leading_dense_block_count", config.IntOr(0, "moe_layer_start_index"));
        keys.Set("expert_shared_count", shared);
        keys.Set("expert_shared_feed_forward_length", shared * width);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Decoder, .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate,
            new("layers.*.mlp.moe_statics.e_score_correction_bias", "blk.*.exp_probs_b.bias"),
        ])
        {
            Dropped = ["mtp_block.**", "mtp_emb_norm.**", "mtp_hidden_norm.**", "mtp_linear_proj.**", .. DecoderKeys.TiedHead(config, defaultValue: true)],
        };
    }
}
