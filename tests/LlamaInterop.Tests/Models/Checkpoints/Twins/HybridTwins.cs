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
            Computed = ["blk.*.ssm_a"],
        },
        new("falcon-h1", "FalconH1ForCausalLM", """
            {"mamba_d_ssm": 48, "mamba_n_heads": 6, "mamba_d_head": 8, "mamba_n_groups": 1, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_rms_norm": false,
             "attention_in_multiplier": 0.9, "attention_out_multiplier": 0.8, "ssm_in_multiplier": 1.1, "ssm_out_multiplier": 0.7, "mlp_multipliers": [0.9, 1.2],
             "ssm_multipliers": [0.8, 0.9, 1.1, 1.2, 1.0], "key_multiplier": 0.7, "lm_head_multiplier": 0.5, "embedding_multiplier": 3.0}
            """,
        [
            new("model.embed_tokens", "token_embd") { Factor = _ => 3 }, new("lm_head", "output") { Factor = _ => 0.5f }, new("model.final_layernorm", "output_norm"),
            new("model.layers.*.input_layernorm", "blk.*.attn_norm"), new("model.layers.*.pre_ff_layernorm.weight", "blk.*.ffn_norm"),
            new("model.layers.*.self_attn.q_proj", "blk.*.attn_q") { Factor = _ => 0.9f }, new("model.layers.*.self_attn.k_proj", "blk.*.attn_k") { Factor = _ => 0.9f * 0.7f },
            new("model.layers.*.self_attn.v_proj", "blk.*.attn_v") { Factor = _ => 0.9f }, new("model.layers.*.self_attn.o_proj", "blk.*.attn_output") { Factor = _ => 0.8f },
            new("model.layers.*.feed_forward.gate_proj", "blk.*.ffn_gate") { Factor = _ => 0.9f }, new("model.layers.*.feed_forward.up_proj", "blk.*.ffn_up"),
            new("model.layers.*.feed_forward.down_proj", "blk.*.ffn_down") { Factor = _ => 1.2f },
            new("model.layers.*.mamba.in_proj", "blk.*.ssm_in")
            {
                Factor = row => 1.1f * (row < 48 ? 0.8f : row < 96 ? 0.9f : row < 112 ? 1.1f : row < 128 ? 1.2f : 1),
            },
            new("model.layers.*.mamba.out_proj", "blk.*.ssm_out") { Factor = _ => 0.7f }, new("model.layers.*.mamba.conv1d", "blk.*.ssm_conv1d"),
            new("model.layers.*.mamba.dt_bias", "blk.*.ssm_dt.bias"), new("model.layers.*.mamba.D", "blk.*.ssm_d"), new("model.layers.*.mamba.A_log", "blk.*.ssm_a") { IsLogarithm = true },
        ])
        {
            Computed =
            [
                "token_embd.weight", "output.weight", "blk.*.ssm_a", "blk.*.ssm_in.weight", "blk.*.ssm_out.weight", "blk.*.attn_q.weight", "blk.*.attn_k.weight",
                "blk.*.attn_v.weight", "blk.*.attn_output.weight", "blk.*.ffn_gate.weight", "blk.*.ffn_down.weight",
            ],
        },
        new("nomic-bert", "NomicBertModel", """
            {"n_positions": 8192, "max_trained_positions": 2048, "n_embd": 24, "n_layer": 3, "n_head": 4, "n_inner": 48, "rotary_emb_base": 1000, "layer_norm_epsilon": 1e-12,
             "hidden_size": null, "num_hidden_layers": null, "num_attention_heads": null, "max_position_embeddings": null, "intermediate_size": null, "rope_theta": null,
             "layer_norm_eps": null}
            """,
        [
            new("embeddings.word_embeddings", "token_embd"), new("embeddings.token_type_embeddings", "token_types"), new("emb_ln", "token_embd_norm"),
            new("encoder.layers.*.attn.Wqkv", "blk.*.attn_qkv"), new("encoder.layers.*.attn.out_proj", "blk.*.attn_output"), new("encoder.layers.*.norm1", "blk.*.attn_output_norm"),
            new("encoder.layers.*.mlp.fc11", "blk.*.ffn_up"), new("encoder.layers.*.mlp.fc12", "blk.*.ffn_gate"), new("encoder.layers.*.mlp.fc2", "blk.*.ffn_down"),
            new("encoder.layers.*.norm2", "blk.*.layer_output_norm"),
        ])
        {
            IsEncoder = true,
        },
        new("distilbert", "DistilBertModel", """
            {"dim": 24, "n_layers": 3, "n_heads": 4, "hidden_dim": 64, "hidden_size": null, "num_hidden_layers": null, "num_attention_heads": null, "intermediate_size": null,
             "layer_norm_eps": null}
            """,
        [
            new("embeddings.word_embeddings", "token_embd"), new("embeddings.position_embeddings", "position_embd"), new("embeddings.LayerNorm", "token_embd_norm"),
            new("transformer.layer.*.attention.q_lin", "blk.*.attn_q"), new("transformer.layer.*.attention.k_lin", "blk.*.attn_k"),
            new("transformer.layer.*.attention.v_lin", "blk.*.attn_v"), new("transformer.layer.*.attention.out_lin", "blk.*.attn_output"),
            new("transformer.layer.*.sa_layer_norm", "blk.*.attn_output_norm"), new("transformer.layer.*.ffn.lin1", "blk.*.ffn_up"),
            new("transformer.layer.*.ffn.lin2", "blk.*.ffn_down"), new("transformer.layer.*.output_layer_norm", "blk.*.layer_output_norm"),
        ])
        {
            IsEncoder = true,
        },
    ];
}
