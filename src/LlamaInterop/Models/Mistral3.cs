using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Mistral 3 (Mistral AI 2025: Ministral 3): Llama's layers with YaRN, whose factor of scores <c>yarn_log_multiplier</c> takes back, and
/// queries that grow with the logarithm of how many original contexts lie before them.
/// </summary>
internal static class Mistral3
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NORM, WithoutMagnitude(p));
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        var temperature = AttentionTemperature.Of(p, "rope.scaling.original_context_length", p.ContextLength);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, Temperature = temperature });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    private static RopeFrequencies WithoutMagnitude(HyperParameters p)
    {
        RopeFrequencies f = p.Rope.Frequencies;
        float multiplier = p.Float("rope.scaling.yarn_log_multiplier", 0, min: 0);
        return f.ExtFactor == 0 || f.Scale > 1 ? f : f with { AttentionFactor = f.AttentionFactor / (1 + (0.1f * multiplier * MathF.Log(1 / f.Scale))) };
    }

    /// <summary>
    /// Ministral3ForCausalLM, and the text of Mistral3ForConditionalGeneration: Llama's names, rotary halves, and YaRN with queries that grow
    /// with the position. The latter class holds Mistral Small 4 too, by its text's <c>model_type</c>.
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        if (config.StringOrNull("model_type") == "mistral4")
            return DeepSeek2.MapOfMistral(config);
        HyperParameterWriter keys = DecoderKeys.Of("mistral3", config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, DecoderKeys.HeadLength(config));
        if (rotary.Section is { } section)
        {
            DecoderKeys.SetNumberIfThere(keys, section, "rope.scaling.yarn_log_multiplier", "mscale_all_dim");
            DecoderKeys.SetNumberIfThere(keys, section, "attention.temperature_scale", "llama_4_scaling_beta");
        }
        return new CheckpointMap(keys, LlamaNames.PermutedDecoder(config))
        {
            Dropped = ["vision_tower.**", "multi_modal_projector.**", .. DecoderKeys.TiedHead(config)],
        };
    }
}
