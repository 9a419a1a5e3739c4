using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// DeepSeek V2 (DeepSeek-AI 2024) and V3 with R1 (DeepSeek-AI 2025): latent attention, dense layers at the start, then experts beside
/// shared ones. V3 gates by sigmoid with a bias for the choice alone, and chooses groups first; the file says which. So do
/// Mistral Large 3 and Mistral Small 4 (Mistral AI 2025, 2026), whose queries grow with their position.
/// </summary>
internal static class DeepSeek2
{
    private const float MaxLogMultiplier = 1000;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        RopeFrequencies frequencies = p.Rope.Frequencies;
        float stretch = MathF.Log(1 / frequencies.Scale);
        var rotary = new Rotary(source, RopeMode.NORM, WithoutYarnsFactor(frequencies, stretch));
        float magnitude = 1 + (p.Float("rope.scaling.yarn_log_multiplier", 0, min: -MaxLogMultiplier, max: MaxLogMultiplier) * stretch);
        LatentVariant variant = LatentVariant.Of(source, rotary);
        variant = variant with { Scale = magnitude * magnitude * variant.Scale, Temperature = AttentionTemperature.Of(p, "attention.temperature_length") };
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
            Layer.PreNorm(source, i, new LatentAttention(source, i, variant), ExpertFeedForward.OrDense(source, i, experts)));
    }

    /// <summary>YaRN's factor of cosines and sines stands in the scale of the scores instead, which reaches the part without positions too.</summary>
    private static RopeFrequencies WithoutYarnsFactor(RopeFrequencies f, float stretch) =>
        f.ExtFactor == 0 ? f : f with { AttentionFactor = f.AttentionFactor / (1 + (0.1f * stretch)) };
}
