using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Qwen 1 (Bai et al. 2023): Llama's layers with q, k and v in one matrix with a bias, and rotary halves. Its
/// <c>feed_forward_length</c> counts gate and up together.
/// </summary>
internal static class Qwen
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            int width = Math.Max(1, p.FeedForwardOf(i) / 2);
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU, width: width));
        });
    }

    /// <summary>QWenLMHeadModel, whose intermediate_size is twice an inner width, as the file's is.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("qwen", config);
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-6f, "layer_norm_epsilon"));
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("ln_f.weight", "output_norm.weight"),
            new("lm_head.weight", "output.weight"),
            new("h.*.ln_1.weight", "blk.*.attn_norm.weight"),
            new("h.*.attn.c_attn.@", "blk.*.attn_qkv.@"),
            new("h.*.attn.c_proj.weight", "blk.*.attn_output.weight"),
            new("h.*.ln_2.weight", "blk.*.ffn_norm.weight"),
            new("h.*.mlp.w1.weight", "blk.*.ffn_up.weight"),
            new("h.*.mlp.w2.weight", "blk.*.ffn_gate.weight"),
            new("h.*.mlp.c_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
