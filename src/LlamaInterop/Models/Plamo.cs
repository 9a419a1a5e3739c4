using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>PLaMo 1 (Preferred Networks 2023): attention with rotary halves and a gated feed-forward side by side behind one norm.</summary>
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
