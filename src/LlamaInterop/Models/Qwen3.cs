using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>Qwen 3 (Yang et al. 2025): an RMS norm on every query and key head before rotary halves, and no biases.</summary>
internal static class Qwen3
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, NeedsHeadNorms = true });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>Qwen3ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) =>
        new(DecoderKeys.Of("qwen3", config), [.. LlamaNames.Decoder, .. LlamaNames.HeadNorms]) { Dropped = DecoderKeys.TiedHead(config) };

    /// <summary>The text of Qwen3VLForConditionalGeneration.</summary>
    public static CheckpointMap MapOfVision(ModelConfig config) =>
        new(VisionKeysOf("qwen3vl", config), [.. LlamaNames.Decoder, .. LlamaNames.HeadNorms]) { Dropped = ["visual.**", .. DecoderKeys.TiedHead(config)] };

    /// <summary>The keys of a model whose first layers take more of an image: how many do.</summary>
    public static HyperParameterWriter VisionKeysOf(string architecture, ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        keys.Set("rope.dimension_sections", RotaryConfig.Of(config).Sections([24, 20, 20]));
        keys.Set("n_deepstack_layers", config.Section("vision_config")?.Ints("deepstack_visual_indexes").Length ?? 0);
        return keys;
    }
}
