using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// OLMo 1 (Groeneveld et al. 2024): Llama's layers with layer norms that have no weights, and q, k and v limited. OLMo 2 and 3 (OLMo Team
/// 2024, 2025): no norms before attention and feed-forward but behind them, and one RMS norm over all heads of q and of k; OLMo 3 has 3
/// windowed layers to 1 that sees all, and only the latter's rotary positions are stretched.
/// </summary>
internal static class Olmo
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer, PlainFinalNorm = true }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return new Layer(i, attention, new FeedForward(source, i, GluKind.SILU))
            {
                MixerNorm = PlainNorm(source, $"blk.{i}.attn_norm"),
                FeedForwardNorm = PlainNorm(source, $"blk.{i}.ffn_norm"),
            };
        });
    }

    public static IModel CreateSecond(ModelSource source)
    {
        const int period = 4;
        HyperParameters p = source.Parameters;
        var global = new Rotary(source, RopeMode.NEOX);
        var local = new Rotary(source, RopeMode.NEOX, p.WindowedRope(p.Rope.Frequencies.Base));
        return new Decoder(source, new DecoderOptions(), i =>
        {
            int window = p.WindowOf(i, period);
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with
            {
                Rotary = window > 0 ? local : global,
                Window = window,
                NeedsHeadNorms = true,
            });
            return Layer.PostNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    private static Norm PlainNorm(ModelSource source, string name) => Norm.Plain(source, name, source.Parameters.EmbeddingLength, NormKind.Layer);

    /// <summary>OlmoForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("olmo", config);
        keys.Set("attention.layer_norm_epsilon", 1e-5f);
        DecoderKeys.SetNumberIfThere(keys, config, "attention.clamp_kqv", "clip_qkv");
        return new CheckpointMap(keys, [.. LlamaNames.Tables, .. LlamaNames.PermutedAttention(config), .. LlamaNames.FeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    /// <summary>Olmo2ForCausalLM and Olmo3ForCausalLM.</summary>
    public static CheckpointMap MapOfSecond(ModelConfig config)
    {
        const int period = 4;
        HyperParameterWriter keys = DecoderKeys.Of("olmo2", config);
        DecoderKeys.SetWindows(keys, config, period);
        return new CheckpointMap(keys, [.. LlamaNames.Outer, .. LlamaNames.PostNorms, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
