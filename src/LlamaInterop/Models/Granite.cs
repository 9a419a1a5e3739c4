using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// Granite 3 and 4 (Granite Team, IBM 2024): Llama's layers with factors from the file for the embedding, the scores and the residuals, and
/// a divisor of the logits; in the MoE models experts, beside a shared one where the file has it. <c>rope.scaling.finetuned</c> = false leaves the rotary positions out.
/// </summary>
internal static class Granite
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        Rotary? rotary = p.Keys.Bool("rope.scaling.finetuned", true) ? new Rotary(source, RopeMode.NORM) : null;
        var options = new DecoderOptions { EmbeddingScale = p.Factor("embedding_scale"), LogitScale = 1 / p.Factor("logit_scale") };
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        float residualScale = p.Factor("residual_scale");
        return new Decoder(source, options, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts), residualScale: residualScale);
        });
    }
}
