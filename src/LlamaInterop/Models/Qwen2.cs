using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>Qwen 2 and 2.5 (Yang et al. 2024): Llama's layers with biases on q, k and v, and rotary halves.</summary>
internal static class Qwen2
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            source.Weights.Vector($"blk.{i}.attn_q.bias", (long)source.Parameters.Heads * source.Parameters.KeyLength);
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>Qwen2ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) =>
        new(DecoderKeys.Of("qwen2", config), LlamaNames.Decoder) { Dropped = DecoderKeys.TiedHead(config) };

    /// <summary>PanguEmbeddedForCausalLM.</summary>
    public static CheckpointMap MapOfPangu(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("pangu-embedded", config);
        int headLength = DecoderKeys.HeadLength(config);
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        keys.Set("rope.dimension_count", headLength);
        return new CheckpointMap(keys, LlamaNames.Decoder) { Dropped = DecoderKeys.TiedHead(config) };
    }

    /// <summary>The text of Qwen2VLForConditionalGeneration and Qwen2_5_VLForConditionalGeneration.</summary>
    public static CheckpointMap MapOfVision(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("qwen2vl", config);
        keys.Set("rope.dimension_sections", RotaryConfig.Of(config).Sections([16, 24, 24]));
        return new CheckpointMap(keys, LlamaNames.Decoder) { Dropped = ["visual.**", .. DecoderKeys.TiedHead(config)] };
    }
}
