using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Phi 1 to 2 (Li et al. 2023): attention and a feed-forward without a gate side by side, layer norms, biases everywhere, rotary halves of
/// a part of each head. Phi 3 and 4 (Abdin et al. 2024): Llama's layers with q, k and v in one matrix and gate and up in another; those of
/// 128 thousand tokens have longrope's factors.
/// </summary>
internal static class Phi
{
    public static IModel CreateSecond(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.SideBySide(source, i, attention, new FeedForward(source, i, GluKind.GELU_TANH, gated: false), NormKind.Layer);
        });
    }

    public static IModel CreateThird(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    /// <summary>Phi3ForCausalLM, with longrope's factors as tensors.</summary>
    public static CheckpointMap MapOfThird(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("phi3", config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, DecoderKeys.HeadLength(config));
        keys.Set("attention.sliding_window", config.IntOr(0, "sliding_window"));
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms,
            new("layers.*.self_attn.qkv_proj.@", "blk.*.attn_qkv.@"),
            new("layers.*.self_attn.o_proj.@", "blk.*.attn_output.@"),
            new("layers.*.mlp.gate_up_proj.weight", "blk.*.ffn_up.weight"),
            new("layers.*.mlp.down_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
            Constants = rotary.LongRopeFactors(keys, config.Int("max_position_embeddings")),
        };
    }

    /// <summary>PhiForCausalLM.</summary>
    public static CheckpointMap MapOfSecond(ModelConfig config)
    {
        const float defaultFactor = 0.5f;
        HyperParameterWriter keys = DecoderKeys.Of("phi2", config);
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), defaultFactor);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Tables,
            new("final_layernorm.@", "output_norm.@"),
            new("layers.*.input_layernorm.@", "blk.*.attn_norm.@"),
            .. LlamaNames.Attention,
            new("layers.*.self_attn.dense.@", "blk.*.attn_output.@"),
            new("layers.*.mlp.fc1.@", "blk.*.ffn_up.@"),
            new("layers.*.mlp.fc2.@", "blk.*.ffn_down.@"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
