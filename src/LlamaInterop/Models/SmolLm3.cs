using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>SmolLM 3 (Bakouch et al. 2025): Llama's layers, every fourth of them without positions.</summary>
internal static class SmolLm3
{
    private const int Period = 4;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            bool isPlaced = i % Period != Period - 1;
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = isPlaced ? rotary : null });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>SmolLM3ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        int period = config.IntOr(Period, "no_rope_layer_interval");
        if (period != Period)
            throw config.Refuse("no_rope_layer_interval", $"is {period}, but {Period} is what runs here");
        return new CheckpointMap(DecoderKeys.Of("smollm3", config), LlamaNames.PermutedDecoder(config))
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }
}
