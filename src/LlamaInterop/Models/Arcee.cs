using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>AFM 4.5B (Arcee 2025): Llama's layers with a squared ReLU in place of the gate.</summary>
internal static class Arcee
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.RELU_SQUARED, gated: false));
        });
    }

    /// <summary>ArceeForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("arcee", config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config));
        return new CheckpointMap(keys, [.. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.PermutedAttention(config), .. LlamaNames.UngatedFeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
