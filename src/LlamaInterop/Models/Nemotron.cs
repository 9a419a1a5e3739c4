using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Nemotron 3 and 4, Minitron (Parmar et al. 2024): layer norms, to whose weights the converter has added 1, rotary halves of half of each
/// head, a squared ReLU without a gate.
/// </summary>
internal static class Nemotron
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.RELU_SQUARED, gated: false), NormKind.Layer);
        });
    }
}
