using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// BERT (Devlin et al. 2019) and what shares its layers and its GGUF architecture: DistilBERT, RoBERTa, XLM-RoBERTa, MiniLM, BGE, E5,
/// GTE. Learned positions, of which the converter has cut off RoBERTa's first rows; norms after each residual; exact GELU.
/// </summary>
internal static class Bert
{
    public static IModel Create(ModelSource source) => new Encoder(source, new EncoderOptions { LearnedPositions = true }, i =>
    {
        AttentionVariant variant = AttentionVariant.Of(source, i) with { Causal = false, Window = 0, HeadNorm = NormKind.Layer };
        return new PostNormLayer(source, i, new AttentionBlock(source, i, variant), new FeedForward(source, i, GluKind.GELU_ERF, gated: false));
    });
}
