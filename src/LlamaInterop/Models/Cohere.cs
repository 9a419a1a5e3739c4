using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Command-R and Command-R+ (Cohere 2024): attention and a gated feed-forward side by side behind one layer norm without bias, tied
/// embeddings and a factor of the logits; Command-R+ norms every head of q and k. Command-R7B and Command-A (Cohere 2025) have 3 windowed
/// layers to 1 that sees all and has no positions.
/// </summary>
internal static class Cohere
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, OptionsOf(source), i => LayerOf(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, HeadNorm = NormKind.Layer }));
    }

    public static IModel CreateSecond(ModelSource source)
    {
        const int period = 4;
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, OptionsOf(source), i =>
        {
            int window = source.Parameters.WindowOf(i, period);
            return LayerOf(source, i, AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window });
        });
    }

    private static DecoderOptions OptionsOf(ModelSource source) => new() { Norm = NormKind.Layer, LogitScale = source.Parameters.Factor("logit_scale") };

    private static Layer LayerOf(ModelSource source, int layer, AttentionVariant variant) =>
        Layer.SideBySide(source, layer, new AttentionBlock(source, layer, variant), new FeedForward(source, layer, GluKind.SILU), NormKind.Layer);

    /// <summary>CohereForCausalLM. What the model was trained on is model_max_length, where that is stated.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("command-r", config);
        DecoderKeys.SetIfThere(keys, config, "context_length", "model_max_length");
        return MapOf(keys, config);
    }

    /// <summary>Cohere2ForCausalLM.</summary>
    public static CheckpointMap MapOfSecond(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("cohere2", config);
        keys.Set("attention.sliding_window", config.Int("sliding_window"));
        keys.Set("rope.dimension_count", (int)(DecoderKeys.HeadLength(config) * config.FloatOr(1, "rotary_pct")));
        return MapOf(keys, config);
    }

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        keys.Set("logit_scale", config.FloatOr(1f / 16, "logit_scale"));
        keys.Set("rope.scaling.type", "none");
        return keys;
    }

    /// <summary>The biases of the norms, where there are any, are zeros.</summary>
    private static CheckpointMap MapOf(HyperParameterWriter keys, ModelConfig config) =>
        new(keys, [.. LlamaNames.Outer, new("layers.*.input_layernorm.weight", "blk.*.attn_norm.weight"), .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward])
        {
            Dropped = ["norm.bias", "layers.*.input_layernorm.bias", .. DecoderKeys.TiedHead(config, defaultValue: true)],
        };
}
