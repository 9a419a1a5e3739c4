using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// BLOOM and BLOOMZ (BigScience 2022): ALiBi with a max bias of 8 in place of positions, a layer norm of the embedding rows, biases, q, k and
/// v in one matrix, a feed-forward without a gate.
/// </summary>
internal static class Bloom
{
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = MaxBias });
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
    });
}
