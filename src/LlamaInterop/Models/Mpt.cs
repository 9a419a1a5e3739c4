using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// MPT (MosaicML 2023): q, k and v in one matrix and limited, layer norms, a feed-forward without a gate, ALiBi of the file's max bias. Some
/// of the family have learned positions instead, biases, or a layer norm over all heads of q and of k.
/// </summary>
internal static class Mpt
{
    public static IModel Create(ModelSource source)
    {
        float maxBias = source.Parameters.Float("attention.max_alibi_bias", 0, min: 0);
        var options = new DecoderOptions { Norm = NormKind.Layer, LearnedPositions = source.Weights.Has("position_embd.weight") };
        return new Decoder(source, options, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = maxBias, HeadNorm = NormKind.Layer });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_ERF, gated: false), NormKind.Layer);
        });
    }
}
