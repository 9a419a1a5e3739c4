using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// GPT-NeoX (Black et al. 2022), Pythia, Dolly 2, RedPajama: layer norms, biases, q, k and v in one matrix, rotary halves of a part of each
/// head, a feed-forward without a gate. Most run it beside attention, with a norm of its own.
/// </summary>
internal static class GptNeoX
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        bool isSideBySide = source.Parameters.Keys.Bool("use_parallel_residual", true);
        return new Decoder(source, new DecoderOptions { Norm = NormKind.Layer }, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            var feedForward = new FeedForward(source, i, GluKind.GELU_ERF, gated: false);
            return isSideBySide
                ? Layer.SideBySide(source, i, attention, feedForward, NormKind.Layer)
                : Layer.PreNorm(source, i, attention, feedForward, NormKind.Layer);
        });
    }

    /// <summary>GPTNeoXForCausalLM: q, k and v head by head.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const float defaultFactor = 0.25f;
        HyperParameterWriter keys = DecoderKeys.Of("gptneox", config);
        keys.Set("attention.layer_norm_epsilon", config.FloatOr(1e-5f, "layer_norm_eps"));
        keys.Set("use_parallel_residual", config.BoolOr(true, "use_parallel_residual"));
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), defaultFactor);
        return new CheckpointMap(keys,
        [
            new("embed_in.weight", "token_embd.weight"),
            new("final_layer_norm.@", "output_norm.@"),
            new("embed_out.weight", "output.weight"),
            .. LlamaNames.PreNorms,
            TensorRule.Join("blk.*.attn_qkv.@", FusedNames.Grouped("layers.*.attention.query_key_value.@", config, DecoderKeys.Heads(config))),
            new("layers.*.attention.dense.@", "blk.*.attn_output.@"),
            new("layers.*.mlp.dense_h_to_4h.@", "blk.*.ffn_up.@"),
            new("layers.*.mlp.dense_4h_to_h.@", "blk.*.ffn_down.@"),
        ])
        {
            Prefixes = ["gpt_neox."],
            Dropped = ["layers.*.attention.bias", "layers.*.attention.masked_bias", .. DecoderKeys.TiesHead(config) ? (string[])["embed_out.weight"] : []],
        };
    }
}
