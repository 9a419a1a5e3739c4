using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Trinity (Arcee 2025; GGUF's "afmoe"): embedding rows times √n, norms of residuals and of q and k, a gate of attention's result, 3 windowed
/// layers to 1 that sees all and has no positions, and, after the first layers, experts gated by sigmoid beside shared ones.
/// </summary>
internal static class Afmoe
{
    private const int Period = 4;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false);
        return new Decoder(source, new DecoderOptions { EmbeddingScale = MathF.Sqrt(p.EmbeddingLength) }, i =>
        {
            int window = p.WindowOf(i, Period);
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window, NeedsHeadNorms = true };
            return Layer.PreAndPostNorm(source, i, new AttentionBlock(source, i, variant), ExpertFeedForward.OrDense(source, i, experts));
        });
    }
}
