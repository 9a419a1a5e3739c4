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
}
