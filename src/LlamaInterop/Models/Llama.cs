using LlamaInterop.Models.Blocks;

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
}
