using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Baichuan 1 and 2 (Yang et al. 2023). The 7B model has rotary positions; the 13B one, known in a GGUF file by its 40 layers alone,
/// has ALiBi with a max bias of 8 instead.
/// </summary>
internal static class Baichuan
{
    private const int LayersOf13B = 40;
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source) => new PreNormDecoder(source, source.Parameters.Layers == LayersOf13B
        ? new DecoderOptions(Rope: null, AlibiMaxBias: MaxBias)
        : new DecoderOptions(RopeMode.NORM));
}
