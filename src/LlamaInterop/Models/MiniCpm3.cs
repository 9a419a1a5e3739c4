using LlamaInterop.Models.Blocks;

namespace LlamaInterop.Models;

/// <summary>
/// MiniCPM 3 (OpenBMB 2024): latent attention whose keys and values are unfolded for every head. Its scales stand in no file: 12 for the
/// embedding, 1.4 / sqrt(layers) for residuals, 256 / width for the final hidden state.
/// </summary>
internal static class MiniCpm3
{
    private const float EmbeddingScale = 12;
    private const float DepthScale = 1.4f;
    private const float BaseWidth = 256;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        LatentVariant variant = LatentVariant.Of(source, new Rotary(source, RopeMode.NEOX));
        var options = new DecoderOptions { EmbeddingScale = EmbeddingScale, LogitScale = BaseWidth / p.EmbeddingLength };
        return new Decoder(source, options, i => new Layer(i, new LatentAttention(source, i, variant), new FeedForward(source, i, GluKind.SILU))
        {
            MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength),
            FeedForwardNorm = Norm.Load(source, $"blk.{i}.ffn_norm", p.EmbeddingLength),
            ResidualScale = DepthScale / MathF.Sqrt(p.Layers),
        });
    }
}
