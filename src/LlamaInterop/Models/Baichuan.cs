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

    public static IModel Create(ModelSource source)
    {
        bool is13B = source.Parameters.Layers == LayersOf13B;
        Rotary? rotary = is13B ? null : new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = rotary, AlibiMaxBias = is13B ? MaxBias : 0 };
            return Layer.PreNorm(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.SILU));
        });
    }
}
