using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// StableLM 1 and 2 (Bellagente et al. 2024), and Orion (Chen et al. 2024): Llama's layers with layer norms, and rotary halves of a part of
/// each head. StableLM 2 12B norms every head of q and k, and runs attention and feed-forward side by side, which shows in that it has no
/// norm before the feed-forward.
/// </summary>
internal static class StableLm
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, HeadNorm = NormKind.Layer });
            var feedForward = new FeedForward(source, i, GluKind.SILU);
            return source.Weights.Has($"blk.{i}.ffn_norm.weight")
                ? Layer.PreNorm(source, i, attention, feedForward, NormKind.Layer)
                : Layer.SideBySide(source, i, attention, feedForward, NormKind.Layer);
        });
    }

    /// <summary>StableLmForCausalLM: every head's norm by itself.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const float defaultFactor = 0.25f;
        HyperParameterWriter keys = DecoderKeys.Of("stablelm", config);
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_eps", "norm_eps"));
        keys.Set("use_parallel_residual", config.BoolOr(false, "use_parallel_residual"));
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), defaultFactor);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Decoder,
            new("layers.*.self_attn.q_layernorm.norms.#.weight", "blk.*.attn_q_norm.weight"),
            new("layers.*.self_attn.k_layernorm.norms.#.weight", "blk.*.attn_k_norm.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    /// <summary>OrionForCausalLM, whose rms_norm_eps is that of its layer norms.</summary>
    public static CheckpointMap MapOfOrion(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("orion", config);
        keys.Set("attention.layer_norm_epsilon", config.Float("rms_norm_eps"));
        DecoderKeys.SetIfThere(keys, config, "context_length", "max_sequence_length");
        return new CheckpointMap(keys, LlamaNames.Decoder) { Dropped = DecoderKeys.TiedHead(config) };
    }
}
