using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>Refact 1.6B (Small Magellanic Cloud AI 2023): Llama's layers with one key and value head, and ALiBi with a max bias of 8 in place of rotary positions.</summary>
internal static class Refact
{
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions(), i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = MaxBias });
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
    });
}
