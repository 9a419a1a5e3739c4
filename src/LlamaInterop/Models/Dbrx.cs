using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// DBRX (Databricks 2024): layer norms without bias, one matrix for q, k and v whose results are clamped, experts in every layer. The
/// norm before the experts is called "attn_output_norm".
/// </summary>
internal static class Dbrx
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        float clamp = p.Float("attention.clamp_kqv", 0);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, Clamp = clamp });
            return new Layer(i, attention, new ExpertFeedForward(source, i, experts))
            {
                MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength, NormKind.Layer),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.attn_output_norm", p.EmbeddingLength, NormKind.Layer),
            };
        });
    }
}
