using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// GPT-NeoX (Black et al. 2022), Pythia, Dolly 2, RedPajama: layer norms, biases, q, k and v in one matrix, rotary halves of a part of each
/// head, a feed-forward without a gate. Most run it beside attention, with a norm of its own.
/// </summary>
internal static class GptNeoX
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        bool isSideBySide = source.Parameters.Keys.Bool("use_parallel_residual", true);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            var feedForward = new FeedForward(source, i, GluKind.GELU_ERF, gated: false);
            return isSideBySide
                ? Layer.SideBySide(source, i, attention, feedForward, NormKind.Layer)
                : Layer.PreNorm(source, i, attention, feedForward, NormKind.Layer);
        });
    }
}
