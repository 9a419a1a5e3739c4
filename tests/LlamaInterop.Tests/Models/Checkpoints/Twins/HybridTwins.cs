namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Families whose layers are not all attention, and encoders.</summary>
internal static class HybridTwins
{
    public static readonly Twin[] All =
    [
        new("lfm2", "Lfm2ForCausalLM", """
            {"layer_types": ["conv", "conv", "full_attention", "conv"], "num_key_value_heads": 2, "conv_L_cache": 3, "norm_eps": 1e-5, "block_auto_adjust_ff_dim": false, "rms_norm_eps": null}
            """,
        [
            new("model.embed_tokens", "token_embd"), new("model.embedding_norm", "token_embd_norm"), .. TwinNames.Attention[..3],
            new("model.layers.*.operator_norm", "blk.*.attn_norm"), new("model.layers.*.ffn_norm", "blk.*.ffn_norm"),
            new("model.layers.*.conv.conv", ["blk.*.shortconv.conv"], (_, row, column) => (0, row, column)), new("model.layers.*.conv.in_proj", "blk.*.shortconv.in_proj"),
            new("model.layers.*.conv.out_proj", "blk.*.shortconv.out_proj"), new("model.layers.*.self_attn.out_proj", "blk.*.attn_output"),
            new("model.layers.*.self_attn.q_layernorm", "blk.*.attn_q_norm"), new("model.layers.*.self_attn.k_layernorm", "blk.*.attn_k_norm"),
            new("model.layers.*.feed_forward.w1", "blk.*.ffn_gate"), new("model.layers.*.feed_forward.w2", "blk.*.ffn_down"), new("model.layers.*.feed_forward.w3", "blk.*.ffn_up"),
        ]),
        new("granite-hybrid", "GraniteMoeHybridForCausalLM", """
            {"layer_types": ["mamba", "attention", "mamba"], "num_key_value_heads": 2, "num_local_experts": 4, "num_experts_per_tok": 2, "shared_intermediate_size": 32,
             "mamba_n_heads": 6, "mamba_d_head": 8, "mamba_n_groups": 1, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2, "position_embedding_type": "nope",
             "embedding_multiplier": 6.0, "residual_multiplier": 0.5, "attention_multiplier": 0.3, "logits_scaling": 0.5, "max_position_embeddings": 256}
            """,
        [
            .. TwinNames.Outer, .. TwinNames.PreNorms, .. TwinNames.HalvedAttention,
            new("model.layers.*.mamba.in_proj", "blk.*.ssm_in"), new("model.layers.*.mamba.out_proj", "blk.*.ssm_out"), new("model.layers.*.mamba.conv1d", "blk.*.ssm_conv1d"),
            new("model.layers.*.mamba.dt_bias", "blk.*.ssm_dt.bias"), new("model.layers.*.mamba.D", "blk.*.ssm_d"), new("model.layers.*.mamba.norm", "blk.*.ssm_norm"),
            new("model.layers.*.mamba.A_log", "blk.*.ssm_a") { IsLogarithm = true },
            new("model.layers.*.block_sparse_moe.router.layer", "blk.*.ffn_gate_inp"),
            new("model.layers.*.block_sparse_moe.input_linear", ["blk.*.ffn_gate_exps", "blk.*.ffn_up_exps"], (sizes, row, column) =>
                (row / sizes["feed_forward_length"], row % sizes["feed_forward_length"], column))
            {
                Shape = sizes => (2 * sizes["feed_forward_length"], sizes.Width),
                IsStacked = true,
            },
            new("model.layers.*.block_sparse_moe.output_linear", "blk.*.ffn_down_exps"), new("model.layers.*.shared_mlp.output_linear", "blk.*.ffn_down_shexp"),
            new("model.layers.*.shared_mlp.input_linear", ["blk.*.ffn_gate_shexp", "blk.*.ffn_up_shexp"], (sizes, row, column) =>
                (row / sizes["expert_shared_feed_forward_length"], row % sizes["expert_shared_feed_forward_length"], column)),
        ])
        {
            Computed = ["blk.0.ssm_a", "blk.2.ssm_a"],
        },
    ];
}
