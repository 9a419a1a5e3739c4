using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// MiniCPM 1, 2 and 4 (Hu et al. 2024): Llama's layers with factors for the embedding and the residuals and a divisor of the logits, which
/// depend on depth and width (Yang et al. 2022). Older files leave them out.
/// </summary>
internal static class MiniCpm
{
    private const float DefaultEmbeddingScale = 12, ResidualScaleOfOneLayer = 1.4f, WidthOfUnscaledLogits = 256;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NORM);
        var options = new DecoderOptions
        {
            EmbeddingScale = p.Factor("embedding_scale", DefaultEmbeddingScale),
            LogitScale = 1 / p.Factor("logit_scale", p.EmbeddingLength / WidthOfUnscaledLogits),
        };
        float residualScale = p.Factor("residual_scale", ResidualScaleOfOneLayer / MathF.Sqrt(p.Layers));
        return new Decoder(source, options, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU), residualScale: residualScale);
        });
    }

    /// <summary>MiniCPMForCausalLM, which states its factors by what they are made of.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("minicpm", config);
        keys.Set("embedding_scale", config.Float("scale_emb"));
        keys.Set("residual_scale", config.Float("scale_depth") / MathF.Sqrt(DecoderKeys.Layers(config)));
        keys.Set("logit_scale", (float)DecoderKeys.Width(config) / config.Int("dim_model_base"));
        return new CheckpointMap(keys, LlamaNames.PermutedDecoder(config))
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
            Constants = RotaryConfig.Of(config).LongRopeFactors(keys, config.Int("max_position_embeddings")),
        };
    }
}
