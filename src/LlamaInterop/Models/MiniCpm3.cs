using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

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

    /// <summary>MiniCPM3ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("minicpm3", config);
        int rotated = config.Int("qk_rope_head_dim");
        keys.Set("attention.head_count_kv", DecoderKeys.KvHeads(config));
        keys.Set("attention.q_lora_rank", config.Int("q_lora_rank"));
        keys.Set("attention.kv_lora_rank", config.Int("kv_lora_rank"));
        keys.Set("attention.key_length", config.Int("qk_nope_head_dim") + rotated);
        keys.Set("rope.dimension_count", rotated);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LatentNames.Attention, .. LlamaNames.FeedForward,
            new("layers.*.self_attn.kv_b_proj.weight", "blk.*.attn_kv_b.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
            Constants = RotaryConfig.Of(config).LongRopeFactors(keys, config.Int("max_position_embeddings")),
        };
    }
}
