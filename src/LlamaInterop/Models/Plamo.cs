using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// PLaMo 1 (Preferred Networks 2023): attention and a gated feed-forward side by side behind one RMS norm, few key and value heads, rotary
/// halves of the whole head. In PLaMo query head i reads key head i modulo their count; the converter permutes q and the output matrix so
/// that neighbours share one, as everywhere else.
/// </summary>
internal static class Plamo
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.SideBySide(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }
}
