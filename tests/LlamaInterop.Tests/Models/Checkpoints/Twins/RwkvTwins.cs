namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>RWKV 6 as transformers has it, RWKV 7 as flash-linear-attention.</summary>
internal static class RwkvTwins
{
    public static readonly Twin[] All =
    [
        new("rwkv6", "Rwkv6ForCausalLM", """
            {"head_size": 16, "layer_norm_epsilon": 1e-5, "rescale_every": 0, "lora_rank_tokenshift": 6, "lora_rank_decay": 8, "num_attention_heads": null, "layer_norm_eps": null}
            """,
        [
            new("rwkv.embeddings", "token_embd"), new("rwkv.blocks.0.pre_ln", "token_embd_norm"), new("rwkv.ln_out", "output_norm"), new("head", "output"),
            new("rwkv.blocks.*.ln1", "blk.*.attn_norm"), new("rwkv.blocks.*.ln2", "blk.*.attn_norm_2"),
            .. Lerps("rwkv.blocks.*.attention.time_maa_", "wkvrg"),
            new("rwkv.blocks.*.attention.time_maa_x", "blk.*.time_mix_lerp_x.weight"),
            Turned("rwkv.blocks.*.attention.time_maa_w1", "blk.*.time_mix_w1.weight", sizes => (sizes.Width, 5 * sizes["time_mix_extra_dim"])),
            Turned("rwkv.blocks.*.attention.time_maa_w2", "blk.*.time_mix_w2.weight", sizes => (sizes["time_mix_extra_dim"], sizes.Width)) with { IsStacked = true },
            new("rwkv.blocks.*.attention.time_faaaa", "blk.*.time_mix_first.weight"), new("rwkv.blocks.*.attention.time_decay", "blk.*.time_mix_decay.weight"),
            Turned("rwkv.blocks.*.attention.time_decay_w1", "blk.*.time_mix_decay_w1.weight", sizes => (sizes.Width, sizes["time_decay_extra_dim"])),
            Turned("rwkv.blocks.*.attention.time_decay_w2", "blk.*.time_mix_decay_w2.weight", sizes => (sizes["time_decay_extra_dim"], sizes.Width)),
            new("rwkv.blocks.*.attention.receptance", "blk.*.time_mix_receptance"), new("rwkv.blocks.*.attention.key", "blk.*.time_mix_key"),
            new("rwkv.blocks.*.attention.value", "blk.*.time_mix_value"), new("rwkv.blocks.*.attention.gate", "blk.*.time_mix_gate"),
            new("rwkv.blocks.*.attention.output", "blk.*.time_mix_output"), new("rwkv.blocks.*.attention.ln_x", "blk.*.time_mix_ln"),
            new("rwkv.blocks.*.feed_forward.time_maa_k", "blk.*.channel_mix_lerp_k.weight"), new("rwkv.blocks.*.feed_forward.time_maa_r", "blk.*.channel_mix_lerp_r.weight"),
            new("rwkv.blocks.*.feed_forward.key", "blk.*.channel_mix_key"), new("rwkv.blocks.*.feed_forward.value", "blk.*.channel_mix_value"),
            new("rwkv.blocks.*.feed_forward.receptance", "blk.*.channel_mix_receptance"),
        ]),
        new("rwkv7", "RWKV7ForCausalLM", """
            {"head_dim": 64, "norm_eps": 1e-5, "decay_low_rank_dim": 8, "a_low_rank_dim": 8, "v_low_rank_dim": 4, "gate_low_rank_dim": 12,
             "num_attention_heads": null, "layer_norm_eps": null}
            """,
        [
            new("model.embeddings", "token_embd"), new("model.layers.0.pre_norm", "token_embd_norm"), new("model.norm", "output_norm"), new("lm_head", "output"),
            new("model.layers.*.attn_norm", "blk.*.attn_norm"), new("model.layers.*.ffn_norm", "blk.*.attn_norm_2"),
            .. Lerps("model.layers.*.attn.x_", "rwkvag"), .. LowRank("w"), .. LowRank("a"), .. LowRank("v"), .. LowRank("g")[1..],
            new("model.layers.*.attn.k_k", "blk.*.time_mix_k_k.weight"), new("model.layers.*.attn.k_a", "blk.*.time_mix_k_a.weight"),
            new("model.layers.*.attn.r_k", "blk.*.time_mix_r_k.weight"),
            new("model.layers.*.attn.r_proj", "blk.*.time_mix_receptance"), new("model.layers.*.attn.k_proj", "blk.*.time_mix_key"),
            new("model.layers.*.attn.v_proj", "blk.*.time_mix_value"), new("model.layers.*.attn.o_proj", "blk.*.time_mix_output"),
            new("model.layers.*.attn.g_norm", "blk.*.time_mix_ln"), new("model.layers.*.ffn.x_k", "blk.*.channel_mix_lerp_k.weight"),
            new("model.layers.*.ffn.key", "blk.*.channel_mix_key"), new("model.layers.*.ffn.value", "blk.*.channel_mix_value"),
        ])
        {
            Idle = ["blk.0.time_mix_v0.weight", "blk.0.time_mix_v1.weight", "blk.0.time_mix_v2.weight"],
        },
    ];

    private static IEnumerable<TwinTensor> Lerps(string name, string parts) => parts.Select((part, i) =>
        new TwinTensor(name + part, ["blk.*.time_mix_lerp_fused.weight"], (_, _, column) => (0, i, column)) { Shape = sizes => (1, sizes.Width) });

    /// <summary>Stored [inputs, outputs].</summary>
    private static TwinTensor Turned(string name, string part, Func<TwinSizes, (int Rows, int Columns)> shape) =>
        new(name, [part], (_, row, column) => (0, column, row)) { Shape = shape };

    private static TwinTensor[] LowRank(string part) =>
    [
        new($"model.layers.*.attn.{part}_lora.lora.2.bias", $"blk.*.time_mix_{part}0.weight"),
        new($"model.layers.*.attn.{part}_lora.lora.0.weight", $"blk.*.time_mix_{part}1.weight"),
        new($"model.layers.*.attn.{part}_lora.lora.2.weight", $"blk.*.time_mix_{part}2.weight"),
    ];
}
