using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// GPT-2 (Radford et al. 2019): a learned row for each position, layer norms, biases, q, k and v in one matrix, a feed-forward without a
/// gate. StarCoder 1 (Li et al. 2023), which is GPT-BigCode, differs in that all heads share one key and value head.
/// </summary>
internal static class Gpt2
{
    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions { Norm = NormKind.Layer, LearnedPositions = true }, i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i));
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
    });
}
