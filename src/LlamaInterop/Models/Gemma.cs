using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Gemma 1, 2 and 3 (Gemma Team 2024, 2024, 2025): embedding rows times √n, a gate of GELU, and norm weights to which the converter has
/// added the 1 of the papers. Gemma 2 norms residuals too, limits scores and logits by soft-caps and has a window in every other layer;
/// Gemma 3 has norms of q and k in place of the soft-cap of scores, and 5 windowed layers, of a rotary base of their own, to 1 that sees
/// all.
/// </summary>
internal static class Gemma
{
    private const int LayersOf27B2 = 46, LayersOf27B3 = 62;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, OptionsOf(source), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH));
        });
    }

    public static IModel CreateSecond(ModelSource source)
    {
        const int period = 2, defaultWindow = 4096;
        const float defaultScoreCap = 50, defaultLogitCap = 30;
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, OptionsOf(source, defaultLogitCap), i =>
        {
            var attention = new AttentionBlock(source, i, VariantOf(source, i, LayersOf27B2) with
            {
                Rotary = rotary,
                Window = p.WindowOf(i, period, defaultWindow),
                SoftCap = p.Float("attn_logit_softcapping", defaultScoreCap, min: 0),
            });
            return Layer.PreAndPostNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH));
        });
    }

    public static IModel CreateThird(ModelSource source)
    {
        const int period = 6;
        const float defaultLocalBase = 10000;
        HyperParameters p = source.Parameters;
        var global = new Rotary(source, RopeMode.NEOX);
        var local = new Rotary(source, RopeMode.NEOX, p.WindowedRope(defaultLocalBase));
        return new Decoder(source, OptionsOf(source), i =>
        {
            int window = p.WindowOf(i, period);
            var attention = new AttentionBlock(source, i, VariantOf(source, i, LayersOf27B3) with
            {
                Rotary = window > 0 ? local : global,
                Window = window,
                NeedsHeadNorms = true,
            });
            return Layer.PreAndPostNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH));
        });
    }

    private static DecoderOptions OptionsOf(ModelSource source, float defaultLogitCap = 0) => new()
    {
        EmbeddingScale = MathF.Sqrt(source.Parameters.EmbeddingLength),
        LogitSoftCap = source.Parameters.Float("final_logit_softcapping", defaultLogitCap, min: 0),
    };

    /// <summary>The largest model of a generation, known in a file by its layers alone, scales q by the embedding's share of a head.</summary>
    private static AttentionVariant VariantOf(ModelSource source, int layer, int layersOfLargest)
    {
        AttentionVariant variant = AttentionVariant.Of(source, layer);
        HyperParameters p = source.Parameters;
        return p.Layers != layersOfLargest ? variant : variant with { Scale = 1 / MathF.Sqrt((float)p.EmbeddingLength / variant.Heads) };
    }

    /// <summary>GemmaForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) =>
        MapOf(KeysOf("gemma", config), config, [.. LlamaNames.PreNorms.With(TensorChange.AddOne)]);

    /// <summary>Gemma2ForCausalLM.</summary>
    public static CheckpointMap MapOfSecond(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("gemma2", config);
        DecoderKeys.SetNumberIfThere(keys, config, "attn_logit_softcapping", "attn_logit_softcapping");
        DecoderKeys.SetNumberIfThere(keys, config, "final_logit_softcapping", "final_logit_softcapping");
        DecoderKeys.SetIfThere(keys, config, "attention.sliding_window", "sliding_window");
        return MapOf(keys, config, LlamaNames.PreAndPostNorms.With(TensorChange.AddOne));
    }

    /// <summary>Gemma3ForCausalLM, and the text of Gemma3ForConditionalGeneration, whose configurations leave out most of the family's sizes.</summary>
    public static CheckpointMap MapOfThird(ModelConfig config)
    {
        ModelConfig whole = config.WithDefaults("""
            {"num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "rms_norm_eps": 1e-6, "sliding_window": 4096,
             "max_position_embeddings": 131072, "rope_theta": 1000000, "rope_local_base_freq": 10000}
            """);
        HyperParameterWriter keys = KeysOf("gemma3", whole);
        DecoderKeys.SetNumberIfThere(keys, whole, "final_logit_softcapping", "final_logit_softcapping");
        keys.Set("attention.sliding_window", whole.Int("sliding_window"));
        CheckpointMap map = MapOf(keys, whole, [.. LlamaNames.PreAndPostNorms.With(TensorChange.AddOne), .. LlamaNames.HeadNorms.With(TensorChange.AddOne)]);
        return map with { Dropped = [.. map.Dropped, "vision_tower.**", "multi_modal_projector.**"] };
    }

    /// <summary>Heads have 256 elements where the configuration does not say; the scale of scores is a size's root, which need not be the head's.</summary>
    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        const int defaultHeadLength = 256;
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        int headLength = config.IntOr(defaultHeadLength, "head_dim");
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        float scaled = config.FloatOr(headLength, "query_pre_attn_scalar");
        if (scaled <= 0)
            throw config.Refuse("query_pre_attn_scalar", $"is {scaled}, but must be above 0");
        if (scaled != headLength)
            keys.Set("attention.scale", 1 / MathF.Sqrt(scaled));
        return keys;
    }

    private static CheckpointMap MapOf(HyperParameterWriter keys, ModelConfig config, TensorRule[] norms) =>
        new(keys, [.. LlamaNames.Tables, .. LlamaNames.FinalNorm.With(TensorChange.AddOne), .. norms, .. LlamaNames.Attention, .. LlamaNames.FeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
}
