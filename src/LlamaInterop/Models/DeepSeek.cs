using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// DeepSeek MoE (Dai et al. 2024; GGUF's "deepseek") and dots.llm1 (Huo et al. 2025): dense layers at the start, then many small experts
/// beside shared ones. dots.llm1 norms q and k, gates by sigmoid and renormalizes.
/// </summary>
internal static class DeepSeek
{
    public static IModel Create(ModelSource source) =>
        Create(source, RopeMode.NORM, ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false));

    public static IModel CreateDots(ModelSource source) =>
        Create(source, RopeMode.NEOX, ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true));

    private static Decoder Create(ModelSource source, RopeMode mode, ExpertVariant experts)
    {
        var rotary = new Rotary(source, mode);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }
}
