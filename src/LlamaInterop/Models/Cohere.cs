using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Command-R and Command-R+ (Cohere 2024): attention and a gated feed-forward side by side behind one layer norm without bias, tied
/// embeddings and a factor of the logits; Command-R+ norms every head of q and k. Command-R7B and Command-A (Cohere 2025) have 3 windowed
/// layers to 1 that sees all and has no positions.
/// </summary>
internal static class Cohere
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, OptionsOf(source), i => LayerOf(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, HeadNorm = NormKind.Layer }));
    }

    public static IModel CreateSecond(ModelSource source)
    {
        const int period = 4;
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, OptionsOf(source), i =>
        {
            int window = source.Parameters.WindowOf(i, period);
            return LayerOf(source, i, AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window });
        });
    }

    private static DecoderOptions OptionsOf(ModelSource source) => new() { Norm = NormKind.Layer, LogitScale = source.Parameters.Factor("logit_scale") };

    private static Layer LayerOf(ModelSource source, int layer, AttentionVariant variant) =>
        Layer.SideBySide(source, layer, new AttentionBlock(source, layer, variant), new FeedForward(source, layer, GluKind.SILU), NormKind.Layer);
}
