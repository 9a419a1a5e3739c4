namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Families of experts, and attention over compressed rows.</summary>
internal static class ExpertTwins
{
    private static readonly TwinTensor[] DeepSeekExperts = [.. TwinNames.Experts, .. TwinNames.SharedExperts, .. TwinNames.SelectionBias];

    private static readonly TwinTensor[] Latent =
    [
        .. TwinNames.Outer, .. TwinNames.PreNorms, .. TwinNames.Latent, .. TwinNames.FeedForward, .. DeepSeekExperts,
        new("model.layers.*.self_attn.kv_b_proj", ["blk.*.attn_k_b", "blk.*.attn_v_b"], (sizes, row, column) =>
        {
            (int plain, int value, int rank) = LatentSizes(sizes);
            int head = row / (plain + value), place = row % (plain + value);
            return place < plain ? (0, (head * rank) + column, place) : (1, (head * value) + place - plain, column);
        })
        {
            Shape = sizes =>
            {
                (int plain, int value, int rank) = LatentSizes(sizes);
                return (sizes.Heads * (plain + value), rank);
            },
        },
    ];

    public static readonly Twin[] All =
    [
        new("deepseek", "DeepseekForCausalLM", """
            {"n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 2, "moe_intermediate_size": 12, "first_k_dense_replace": 1, "norm_topk_prob": false,
             "scoring_func": "softmax"}
            """, [.. TwinNames.HalvedDecoder, .. DeepSeekExperts]),
        new("deepseek2", "DeepseekV2ForCausalLM", """
            {"num_key_value_heads": 4, "head_dim": null, "moe_intermediate_size": 16, "n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 1, "q_lora_rank": 24,
             "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1,
             "norm_topk_prob": false, "routed_scaling_factor": 1.0, "topk_method": "greedy"}
            """, Latent),
        new("deepseek", "BailingMoeForCausalLM", """
            {"num_experts": 8, "num_experts_per_tok": 2, "num_shared_experts": 2, "moe_intermediate_size": 12, "first_k_dense_replace": 1, "norm_topk_prob": false,
             "scoring_func": "softmax"}
            """,
        [
            new("model.word_embeddings", "token_embd"), new("lm_head", "output"), new("model.norm", "output_norm"), .. TwinNames.PreNorms, .. TwinNames.FeedForward,
            new("model.layers.*.attention.query_key_value", ["blk.*.attn_q", "blk.*.attn_k", "blk.*.attn_v"], LingHeads), new("model.layers.*.attention.dense", "blk.*.attn_output"),
            .. DeepSeekExperts,
        ])
        {
            Architecture = "bailingmoe",
            Unstated = ["rope.scaling.type"],
        },
        new("deepseek2", "Mistral4ForCausalLM", """
            {"num_key_value_heads": 4, "head_dim": null, "moe_intermediate_size": 16, "n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 1, "q_lora_rank": 24,
             "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1,
             "norm_topk_prob": false, "routed_scaling_factor": 1.0}
            """,
        [
            .. Latent.Where(tensor => !tensor.Name.Contains(".experts.", StringComparison.Ordinal)), new("model.layers.*.mlp.experts.down_proj", "blk.*.ffn_down_exps.weight"),
            new("model.layers.*.mlp.experts.gate_up_proj", ["blk.*.ffn_gate_exps.weight", "blk.*.ffn_up_exps.weight"],
                (sizes, row, column) => (row / sizes.ExpertFeedForward, row % sizes.ExpertFeedForward, column))
            {
                Shape = sizes => (2 * sizes.ExpertFeedForward, sizes.Width),
                IsStacked = true,
            },
        ])
        {
            Architecture = "mistral4",
        },
        new("deepseek2-lite", "DeepseekV2ForCausalLM", """
            {"num_key_value_heads": 2, "head_dim": null, "moe_intermediate_size": 4, "n_routed_experts": 4, "num_experts_per_tok": 2, "n_shared_experts": 1, "q_lora_rank": null,
             "kv_lora_rank": 8, "qk_nope_head_dim": 6, "qk_rope_head_dim": 4, "v_head_dim": 6, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1,
             "norm_topk_prob": false, "routed_scaling_factor": 1.0, "topk_method": "greedy"}
            """, Latent),
        new("deepseek3", "DeepseekV3ForCausalLM", DeepSeek3(""), Latent),
        new("deepseek3-yarn", "DeepseekV3ForCausalLM", DeepSeek3("""
            , "rope_scaling": {"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 64, "beta_fast": 32, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 1.0}
            """), Latent),
        new("dots1", "Dots1ForCausalLM", """
            {"n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 2, "moe_intermediate_size": 16, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1,
             "norm_topk_prob": true, "routed_scaling_factor": 2.5, "scoring_func": "sigmoid"}
            """, [.. TwinNames.Decoder, .. TwinNames.HeadNorms, .. DeepSeekExperts]),
        new("glm4moe", "Glm4MoeForCausalLM", """
            {"n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 1, "moe_intermediate_size": 12, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1,
             "norm_topk_prob": true, "routed_scaling_factor": 1.5, "partial_rotary_factor": 0.5}
            """, [.. TwinNames.Outer, .. TwinNames.LatePreNorms, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward, .. DeepSeekExperts]),
        new("hunyuan-moe", "HunYuanMoEV1ForCausalLM", """{"num_experts": 8, "moe_topk": [2, 2], "num_shared_expert": [1, 1], "moe_intermediate_size": [16, 16]}""",
            [.. TwinNames.Decoder, .. Twins.HunyuanNorms, new("model.layers.*.mlp.gate.wg", "blk.*.ffn_gate_inp"), .. TwinNames.Experts[1..], .. TwinNames.Shared("shared_mlp")]),
        new("ernie4_5-moe", "Ernie4_5_MoeForCausalLM", """
            {"moe_intermediate_size": 16, "moe_num_experts": 8, "moe_k": 2, "moe_num_shared_experts": 1, "moe_layer_start_index": 1, "moe_layer_end_index": 2, "moe_layer_interval": 1}
            """,
            [.. TwinNames.Decoder, .. TwinNames.Experts, .. TwinNames.SharedExperts, new("model.layers.*.mlp.moe_statics.e_score_correction_bias", "blk.*.exp_probs_b.bias")]),
        new("gpt-oss", "GptOssForCausalLM", """
            {"num_local_experts": 4, "num_experts_per_tok": 2,
             "rope_scaling": {"rope_type": "yarn", "factor": 4.0, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": true, "original_max_position_embeddings": 64}}
            """,
        [
            .. TwinNames.Outer, .. TwinNames.LatePreNorms, .. TwinNames.Attention,
            new("model.layers.*.self_attn.sinks", "blk.*.attn_sinks.weight"), new("model.layers.*.mlp.router", "blk.*.ffn_gate_inp"),
            new("model.layers.*.mlp.experts.gate_up_proj", ["blk.*.ffn_gate_exps.weight", "blk.*.ffn_up_exps.weight"], (_, row, column) => (column % 2, column / 2, row))
            {
                Shape = sizes => (sizes.Width, 2 * sizes.ExpertFeedForward),
                IsStacked = true,
            },
            new("model.layers.*.mlp.experts.down_proj", ["blk.*.ffn_down_exps.weight"], (_, row, column) => (0, column, row))
            {
                Shape = sizes => (sizes.ExpertFeedForward, sizes.Width),
                IsStacked = true,
            },
            new("model.layers.*.mlp.experts.gate_up_proj_bias", ["blk.*.ffn_gate_exps.bias", "blk.*.ffn_up_exps.bias"], (_, row, column) => (column % 2, row, column / 2))
            {
                Shape = sizes => (sizes["expert_count"], 2 * sizes.ExpertFeedForward),
            },
            new("model.layers.*.mlp.experts.down_proj_bias", "blk.*.ffn_down_exps.bias"),
        ]),
        new("qwen3moe", "Qwen3VLMoeForConditionalGeneration", """{"num_experts": 8, "num_experts_per_tok": 2, "moe_intermediate_size": 16, "norm_topk_prob": true}""",
        [
            .. TwinNames.Decoder, .. TwinNames.HeadNorms, TwinNames.Experts[0],
            new("model.layers.*.mlp.experts.gate_up_proj", ["blk.*.ffn_gate_exps.weight", "blk.*.ffn_up_exps.weight"],
                (sizes, row, column) => (column / sizes.ExpertFeedForward, column % sizes.ExpertFeedForward, row))
            {
                Shape = sizes => (sizes.Width, 2 * sizes.ExpertFeedForward),
                IsStacked = true,
            },
            new("model.layers.*.mlp.experts.down_proj", ["blk.*.ffn_down_exps.weight"], (_, row, column) => (0, column, row))
            {
                Shape = sizes => (sizes.ExpertFeedForward, sizes.Width),
                IsStacked = true,
            },
        ])
        {
            Architecture = "qwen3vlmoe",
        },
        new("llama4", "Llama4ForCausalLM", """{"num_local_experts": 4, "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "intermediate_size_mlp": 40, "intermediate_size": 16}""",
        [
            .. TwinNames.Outer, .. TwinNames.PreNorms, .. TwinNames.Attention,
            new("model.layers.*.feed_forward.gate_proj", "blk.*.ffn_gate"), new("model.layers.*.feed_forward.up_proj", "blk.*.ffn_up"),
            new("model.layers.*.feed_forward.down_proj", "blk.*.ffn_down"), new("model.layers.*.feed_forward.router", "blk.*.ffn_gate_inp"),
            new("model.layers.*.feed_forward.shared_expert.gate_proj", "blk.*.ffn_gate_shexp"), new("model.layers.*.feed_forward.shared_expert.up_proj", "blk.*.ffn_up_shexp"),
            new("model.layers.*.feed_forward.shared_expert.down_proj", "blk.*.ffn_down_shexp"),
            new("model.layers.*.feed_forward.experts.gate_up_proj", ["blk.*.ffn_gate_exps.weight", "blk.*.ffn_up_exps.weight"],
                (sizes, row, column) => (column / sizes.ExpertFeedForward, column % sizes.ExpertFeedForward, row))
            {
                Shape = sizes => (sizes.Width, 2 * sizes.ExpertFeedForward),
                IsStacked = true,
            },
            new("model.layers.*.feed_forward.experts.down_proj", ["blk.*.ffn_down_exps.weight"], (_, row, column) => (0, column, row))
            {
                Shape = sizes => (sizes.ExpertFeedForward, sizes.Width),
                IsStacked = true,
            },
        ]),
        new("dbrx", "DbrxForCausalLM", """
            {"d_model": 24, "n_layers": 2, "n_heads": 4, "max_seq_len": 256, "attn_config": {"kv_n_heads": 2, "clip_qkv": 1.5, "rope_theta": 10000.0},
             "ffn_config": {"ffn_hidden_size": 24, "moe_num_experts": 4, "moe_top_k": 2}, "hidden_size": null, "num_hidden_layers": null, "num_attention_heads": null,
             "num_key_value_heads": null, "max_position_embeddings": null, "intermediate_size": null, "rope_theta": null, "layer_norm_eps": null}
            """,
        [
            new("transformer.wte", "token_embd"), new("transformer.norm_f", "output_norm"), new("lm_head", "output"),
            new("transformer.blocks.*.norm_attn_norm.norm_1", "blk.*.attn_norm"), new("transformer.blocks.*.norm_attn_norm.norm_2", "blk.*.attn_output_norm"),
            new("transformer.blocks.*.norm_attn_norm.attn.Wqkv", "blk.*.attn_qkv"), new("transformer.blocks.*.norm_attn_norm.attn.out_proj", "blk.*.attn_output"),
            new("transformer.blocks.*.ffn.router.layer", "blk.*.ffn_gate_inp"),
            new("transformer.blocks.*.ffn.experts.mlp.w1", ["blk.*.ffn_gate_exps.weight"], (_, row, column) => (0, row, column)),
            new("transformer.blocks.*.ffn.experts.mlp.v1", ["blk.*.ffn_up_exps.weight"], (_, row, column) => (0, row, column)),
            new("transformer.blocks.*.ffn.experts.mlp.w2", ["blk.*.ffn_down_exps.weight"], (sizes, row, column) =>
            {
                int expert = row / sizes["feed_forward_length"], inner = row % sizes["feed_forward_length"];
                return (0, (expert * sizes.Width) + column, inner);
            })
            {
                Shape = sizes => (sizes["expert_count"] * sizes["feed_forward_length"], sizes.Width),
            },
        ]),
    ];

    private static string DeepSeek3(string more) => $$"""
        {"num_key_value_heads": 4, "head_dim": null, "moe_intermediate_size": 16, "n_routed_experts": 8, "num_experts_per_tok": 2, "n_shared_experts": 1, "q_lora_rank": 24,
         "kv_lora_rank": 16, "qk_nope_head_dim": 8, "qk_rope_head_dim": 8, "v_head_dim": 8, "first_k_dense_replace": 1, "n_group": 4, "topk_group": 2,
         "norm_topk_prob": true, "routed_scaling_factor": 2.5, "scoring_func": "sigmoid"{{more}}}
        """;

    private static (int Plain, int Value, int Rank) LatentSizes(TwinSizes sizes) =>
        (sizes["attention.key_length_mla"] - sizes["rope.dimension_count"], sizes["attention.value_length_mla"], sizes["attention.kv_lora_rank"]);

    /// <summary>All queries, then all keys, both as rotary halves, then all values.</summary>
    private static (int Part, int Row, int Column) LingHeads(TwinSizes sizes, int row, int column)
    {
        int queries = sizes.Heads * sizes.HeadLength, keys = sizes.KvHeads * sizes.HeadLength;
        if (row >= queries + keys)
            return (2, row - queries - keys, column);
        return row < queries ? (0, TwinNames.Neighbour(row, sizes.HeadLength), column) : (1, TwinNames.Neighbour(row - queries, sizes.HeadLength), column);
    }
}
