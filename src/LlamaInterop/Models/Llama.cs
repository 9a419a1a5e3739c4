using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Llama (Touvron et al. 2023) and what shares its arithmetic and its GGUF architecture: Llama 1 to 3, CodeLlama, Mistral, TinyLlama,
/// SmolLM, Vicuna, Zephyr. Rotary pairs are neighbours: the converter permutes the rows of q and k.
/// </summary>
internal static class Llama
{
    public static IModel Create(ModelSource source) => new PreNormDecoder(source, new DecoderOptions(RopeMode.NORM));
}
