using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// EXAONE 3 (LG AI Research 2024): Llama's layers with rotary halves. EXAONE 4 (LG AI Research 2025): norms behind attention and
/// feed-forward only, and on every head of q and k; the 32B model, known in a file by its 64 layers or its window, has 3 windowed layers to
/// 1 that sees all and has no positions. K-EXAONE (LG AI Research 2026): such layers with norms before attention and feed-forward, and
/// experts beside a shared one after the first layers.
/// </summary>
internal static class Exaone
{
    private const int LayersOf32B = 64;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateFourth(ModelSource source)
    {
        const int period = 4, windowOf32B = 4096;
        HyperParameters p = source.Parameters;
        int defaultWindow = p.Layers == LayersOf32B ? windowOf32B : 0;
        var rotary = new Rotary(source, RopeMode.NEOX);
        bool hasWindows = Enumerable.Range(0, p.Layers).Any(i => p.WindowOf(i, period, defaultWindow) > 0);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            int window = p.WindowOf(i, period, defaultWindow);
            bool isPlaced = window > 0 || !hasWindows;
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with
            {
                Rotary = isPlaced ? rotary : null,
                Window = window,
                NeedsHeadNorms = true,
            });
            return Layer.PostNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateMoe(ModelSource source)
    {
        const int period = 4;
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            int window = p.WindowOf(i, period);
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }
}
