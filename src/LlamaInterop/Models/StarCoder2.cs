using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// StarCoder 2 (Lozhkov et al. 2024) and CodeShell (Xie et al. 2024): layer norms, biases, rotary halves, grouped heads, a
/// feed-forward without a gate.
/// </summary>
internal static class StarCoder2
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
        });
    }

    /// <summary>Starcoder2ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("starcoder2", config);
        DecoderKeys.SetIfThere(keys, config, "attention.sliding_window", "sliding_window");
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention,
            new("layers.*.mlp.c_fc.@", "blk.*.ffn_up.@"),
            new("layers.*.mlp.c_proj.@", "blk.*.ffn_down.@"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
        };
    }
}
