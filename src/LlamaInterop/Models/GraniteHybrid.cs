using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Granite 4 hybrid (Granite Team, IBM 2025): Mamba 2 layers and a few of attention, by default without positions, with Granite's factors
/// for the embedding, the scores, the residuals and the logits. With experts or without.
/// </summary>
internal static class GraniteHybrid
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        Rotary? rotary = p.Keys.Bool("rope.scaling.finetuned", true) ? new Rotary(source, RopeMode.NORM) : null;
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        var options = new DecoderOptions { EmbeddingScale = p.Factor("embedding_scale"), LogitScale = 1 / p.Factor("logit_scale") };
        float residualScale = p.Factor("residual_scale");
        return new Decoder(source, options, i =>
        {
            IMixer mixer = p.KvHeadCounts[i] == 0 ? new Mamba2Mixer(source, i)
                : new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts), residualScale: residualScale);
        });
    }
}
