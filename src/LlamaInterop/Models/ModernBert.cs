using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// ModernBERT (Warner et al. 2024): norms before each block, the first layer's attention without one, gate and up in one matrix, and
/// rotary halves. Every third layer, from the first on, sees the whole text; the others see half a window to each side, with a
/// rotary base of their own.
/// </summary>
internal static class ModernBert
{
    private const int Period = 3;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        RopeFrequencies whole = p.Rope.Frequencies;
        var wholeRotary = new Rotary(source, RopeMode.NEOX);
        var windowRotary = new Rotary(source, RopeMode.NEOX, whole with { Base = WindowBase(p.Keys, whole.Base) });
        GluKind activation = Activation(p.Keys);
        return new Encoder(source, new EncoderOptions { FinalNorm = "output_norm" }, i =>
        {
            bool isWindowed = p.IsWindowed(i, Period, globalFirst: true);
            AttentionVariant variant = AttentionVariant.Of(source, i) with
            {
                Causal = false,
                Rotary = isWindowed ? windowRotary : wholeRotary,
                Window = isWindowed ? p.SlidingWindow : 0,
                WindowKind = isWindowed ? WindowKind.SYMMETRIC : WindowKind.SLIDING,
            };
            return new Layer(i, new AttentionBlock(source, i, variant), new FeedForward(source, i, activation))
            {
                MixerNorm = i == 0 && !source.Weights.Has("blk.0.attn_norm.weight") ? null
                    : Norm.Load(source, $"blk.{i}.attn_norm", p.EmbeddingLength, NormKind.Layer),
                FeedForwardNorm = Norm.Load(source, $"blk.{i}.ffn_norm", p.EmbeddingLength, NormKind.Layer),
            };
        });
    }

    private static float WindowBase(HyperParameterReader keys, float defaultValue)
    {
        const string key = "rope.freq_base_swa";
        float value = keys.Float(key, defaultValue);
        return value > 0 ? value : throw keys.Wrong(keys.FullName(key), $"is {value}, but must be above 0");
    }

    private static GluKind Activation(HyperParameterReader keys)
    {
        const string key = "hidden_activation";
        return keys.Metadata.GetStringOrDefault(keys.FullName(key), "gelu") switch
        {
            "gelu" => GluKind.GELU_ERF,
            "silu" => GluKind.SILU,
            string other => throw keys.Wrong(keys.FullName(key), $"is '{other}', known are gelu and silu"),
        };
    }

    /// <summary>ModernBertModel and ModernBertForMaskedLM, whose head is left out.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("modern-bert", config);
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "norm_eps", "layer_norm_eps"));
        keys.Set("attention.causal", false);
        keys.Set("attention.sliding_window", config.IntOr(128, "local_attention"));
        keys.Set("attention.sliding_window_pattern", config.IntOr(Period, "global_attn_every_n_layers"));
        keys.Set("rope.scaling.type", "none");
        if (config.StringOrNull("hidden_activation") is { } activation)
            keys.Set("hidden_activation", activation);
        return new CheckpointMap(keys,
        [
            new("embeddings.tok_embeddings.weight", "token_embd.weight"),
            new("embeddings.norm.@", "token_embd_norm.@"),
            new("final_norm.@", "output_norm.@"),
            new("layers.*.attn_norm.@", "blk.*.attn_norm.@"),
            new("layers.*.attn.Wqkv.@", "blk.*.attn_qkv.@"),
            new("layers.*.attn.Wo.@", "blk.*.attn_output.@"),
            new("layers.*.mlp_norm.@", "blk.*.ffn_norm.@"),
            new("layers.*.mlp.Wi.@", "blk.*.ffn_up.@"),
            new("layers.*.mlp.Wo.@", "blk.*.ffn_down.@"),
        ])
        {
            Dropped = ["head.**", "decoder.**"],
        };
    }
}
