using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>nomic-embed-text (Nussbaum et al. 2024): BERT's layers with rotary halves in place of learned positions, SwiGLU, and no biases.</summary>
internal static class NomicBert
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Encoder(source, new EncoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Causal = false, Window = 0, Rotary = rotary };
            return new PostNormLayer(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.SILU));
        });
    }
}
