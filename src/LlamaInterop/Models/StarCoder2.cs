using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// StarCoder 2 (Lozhkov et al. 2024) and CodeShell (Xie et al. 2024): layer norms, biases, rotary halves, grouped heads, a
/// feed-forward without a gate.
/// </summary>
internal static class StarCoder2
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
        });
    }
}
