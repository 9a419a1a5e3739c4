using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Nemotron 3 and 4, Minitron (Parmar et al. 2024): layer norms, to whose weights the converter has added 1, rotary halves of half of each
/// head, a squared ReLU without a gate.
/// </summary>
internal static class Nemotron
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.RELU_SQUARED, gated: false), NormKind.Layer);
        });
    }

    /// <summary>NemotronForCausalLM: the norms' weights are stored less 1.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const float defaultFactor = 0.5f;
        HyperParameterWriter keys = DecoderKeys.Of("nemotron", config);
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "norm_eps"));
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, DecoderKeys.HeadLength(config), defaultFactor);
        if (rotary.Kind == "default")
            keys.Set("rope.scaling.type", "none");
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Tables,
            .. NormOf("norm", "output_norm"),
            .. NormOf("layers.*.input_layernorm", "blk.*.attn_norm"),
            .. NormOf("layers.*.post_attention_layernorm", "blk.*.ffn_norm"),
            .. LlamaNames.Attention, .. LlamaNames.UngatedFeedForward,
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    private static TensorRule[] NormOf(string from, string to) =>
        [new($"{from}.weight", $"{to}.weight", TensorChange.AddOne), new($"{from}.bias", $"{to}.bias")];

    /// <summary>Jais2ForCausalLM.</summary>
    public static CheckpointMap MapOfJais2(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("jais2", config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config));
        return new CheckpointMap(keys, [.. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention, .. LlamaNames.UngatedFeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
