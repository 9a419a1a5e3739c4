using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>Refact 1.6B (Small Magellanic Cloud AI 2023): Llama's layers with one key and value head, and ALiBi with a max bias of 8 in place of rotary positions.</summary>
internal static class Refact
{
    private const float MaxBias = 8;

    public static IModel Create(ModelSource source) => new Decoder(source, new DecoderOptions(), i =>
    {
        var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { AlibiMaxBias = MaxBias });
        return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
    });

    /// <summary>GPTRefactForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int unit = 256;
        int width = DecoderKeys.Width(config), headLength = DecoderKeys.HeadLength(config), inner = config.Computed("n_embd", ((8L * width / 3) + unit - 1) / unit * unit);
        HyperParameterWriter keys = DecoderKeys.Of("refact", config);
        keys.Set("feed_forward_length", inner);
        keys.Set("attention.head_count_kv", 1);
        keys.Set("attention.layer_norm_rms_epsilon", config.Float("layer_norm_epsilon"));
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("ln_f.weight", "output_norm.weight"),
            new("lm_head.weight", "output.weight"),
            new("h.*.ln_1.weight", "blk.*.attn_norm.weight"),
            new("h.*.attn.q.weight", "blk.*.attn_q.weight"),
            new("h.*.attn.kv.weight", "blk.*.attn_k.weight", TensorChange.Rows(0, headLength)),
            new("h.*.attn.kv.weight", "blk.*.attn_v.weight", TensorChange.Rows(headLength, headLength)),
            new("h.*.attn.c_proj.weight", "blk.*.attn_output.weight"),
            new("h.*.ln_2.weight", "blk.*.ffn_norm.weight"),
            new("h.*.mlp.gate_up_proj.weight", "blk.*.ffn_gate.weight", TensorChange.Rows(0, inner)),
            new("h.*.mlp.gate_up_proj.weight", "blk.*.ffn_up.weight", TensorChange.Rows(inner, inner)),
            new("h.*.mlp.c_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
