namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>Families that hold several matrices in one.</summary>
internal static class FusedTwins
{
    private static readonly string[] LayoutKey = ["tensor_data_layout"];
    private static readonly string[] Projections = ["blk.*.attn_q", "blk.*.attn_k", "blk.*.attn_v"];

    private static readonly TwinTensor[] BloomLike =
    [
        new("transformer.word_embeddings", "token_embd"), new("transformer.word_embeddings_layernorm", "token_embd_norm"), new("transformer.ln_f", "output_norm"),
        new("transformer.h.*.self_attention.query_key_value", ["blk.*.attn_qkv"], TwinNames.GroupedInOne),
        new("transformer.h.*.self_attention.dense", "blk.*.attn_output"),
        new("transformer.h.*.mlp.dense_h_to_4h", "blk.*.ffn_up"), new("transformer.h.*.mlp.dense_4h_to_h", "blk.*.ffn_down"),
    ];

    public static readonly Twin[] All =
    [
        new("gptneox", "GPTNeoXForCausalLM", """{"rotary_pct": 0.25, "rotary_emb_base": 10000, "use_parallel_residual": true}""",
        [
            new("gpt_neox.embed_in", "token_embd"), new("gpt_neox.final_layer_norm", "output_norm"), new("embed_out", "output"),
            new("gpt_neox.layers.*.input_layernorm", "blk.*.attn_norm"), new("gpt_neox.layers.*.post_attention_layernorm", "blk.*.ffn_norm"),
            new("gpt_neox.layers.*.attention.query_key_value", ["blk.*.attn_qkv"], TwinNames.GroupedInOne),
            new("gpt_neox.layers.*.attention.dense", "blk.*.attn_output"),
            new("gpt_neox.layers.*.mlp.dense_h_to_4h", "blk.*.ffn_up"), new("gpt_neox.layers.*.mlp.dense_4h_to_h", "blk.*.ffn_down"),
        ]),
        new("falcon", "FalconForCausalLM", """
            {"multi_query": true, "new_decoder_architecture": false, "num_kv_heads": 4, "parallel_attn": true, "alibi": false, "layer_norm_epsilon": 1e-5,
             "layer_norm_eps": null, "intermediate_size": null, "num_key_value_heads": null}
            """,
            [.. BloomLike, new("transformer.h.*.input_layernorm", "blk.*.attn_norm")]) { Unstated = LayoutKey },
        new("falcon-40b", "FalconForCausalLM", """
            {"multi_query": true, "new_decoder_architecture": true, "num_kv_heads": 2, "parallel_attn": true, "alibi": false, "layer_norm_epsilon": 1e-5,
             "layer_norm_eps": null, "intermediate_size": null, "num_key_value_heads": null}
            """,
            [.. BloomLike, new("transformer.h.*.ln_attn", "blk.*.attn_norm_2"), new("transformer.h.*.ln_mlp", "blk.*.attn_norm")]) { Unstated = LayoutKey },
        new("bloom", "BloomForCausalLM", """
            {"n_layer": 2, "n_head": 4, "seq_length": 256, "layer_norm_epsilon": 1e-5, "num_hidden_layers": null, "num_attention_heads": null, "num_key_value_heads": null,
             "max_position_embeddings": null, "intermediate_size": null, "layer_norm_eps": null}
            """,
            [.. BloomLike, new("transformer.h.*.input_layernorm", "blk.*.attn_norm"), new("transformer.h.*.post_attention_layernorm", "blk.*.ffn_norm")]),
        new("mpt", "MptForCausalLM", """
            {"d_model": 24, "n_layers": 2, "n_heads": 4, "max_seq_len": 256, "expansion_ratio": 4, "attn_config": {"alibi": true, "alibi_bias_max": 8, "clip_qkv": 1.5},
             "hidden_size": null, "num_hidden_layers": null, "num_attention_heads": null, "max_position_embeddings": null, "intermediate_size": null, "layer_norm_eps": null}
            """,
        [
            new("transformer.wte", "token_embd"), new("transformer.norm_f", "output_norm"), new("transformer.blocks.*.norm_1", "blk.*.attn_norm"),
            new("transformer.blocks.*.norm_2", "blk.*.ffn_norm"), new("transformer.blocks.*.attn.Wqkv", "blk.*.attn_qkv"), new("transformer.blocks.*.attn.out_proj", "blk.*.attn_output"),
            new("transformer.blocks.*.ffn.up_proj", "blk.*.ffn_up"), new("transformer.blocks.*.ffn.down_proj", "blk.*.ffn_down"),
        ]),
        new("qwen", "QWenLMHeadModel", """{"layer_norm_epsilon": 1e-6, "rms_norm_eps": null, "layer_norm_eps": null, "rotary_emb_base": 10000, "rope_theta": null}""",
        [
            new("transformer.wte", "token_embd"), new("transformer.ln_f", "output_norm"), new("lm_head", "output"), new("transformer.h.*.ln_1", "blk.*.attn_norm"),
            new("transformer.h.*.ln_2", "blk.*.ffn_norm"), new("transformer.h.*.attn.c_attn", "blk.*.attn_qkv"), new("transformer.h.*.attn.c_proj", "blk.*.attn_output"),
            new("transformer.h.*.mlp.w1", "blk.*.ffn_up"), new("transformer.h.*.mlp.w2", "blk.*.ffn_gate"), new("transformer.h.*.mlp.c_proj", "blk.*.ffn_down"),
        ]),
        new("baichuan-7b", "BaichuanForCausalLM", "{}", Packed) { Unstated = LayoutKey },
        new("baichuan-13b", "BaichuanForCausalLM", """{"model_max_length": 256, "max_position_embeddings": null}""", Packed) { Unstated = LayoutKey },
        new("internlm2", "InternLM2ForCausalLM", """{"bias": false}""",
        [
            new("model.tok_embeddings", "token_embd"), new("output", "output"), new("model.norm", "output_norm"), new("model.layers.*.attention_norm", "blk.*.attn_norm"),
            new("model.layers.*.ffn_norm", "blk.*.ffn_norm"), new("model.layers.*.feed_forward.w1", "blk.*.ffn_gate"), new("model.layers.*.feed_forward.w2", "blk.*.ffn_down"),
            new("model.layers.*.feed_forward.w3", "blk.*.ffn_up"), new("model.layers.*.attention.wo", "blk.*.attn_output"),
            new("model.layers.*.attention.wqkv", Projections, (sizes, row, column) =>
            {
                (int part, int within) = TwinNames.Grouped(sizes, row);
                return (part, part == 2 ? within : TwinNames.Neighbour(within, sizes.HeadLength), column);
            }),
        ]),
        new("chatglm", "ChatGLMModel", """
            {"num_layers": 2, "seq_length": 256, "ffn_hidden_size": 48, "multi_query_attention": true, "multi_query_group_num": 1, "kv_channels": 8, "layernorm_epsilon": 1e-5,
             "padded_vocab_size": 512, "num_hidden_layers": null, "max_position_embeddings": null, "intermediate_size": null, "num_key_value_heads": null, "rms_norm_eps": null, "rope_theta": null}
            """,
        [
            new("transformer.embedding.word_embeddings", "token_embd"), new("transformer.encoder.final_layernorm", "output_norm"), new("transformer.output_layer", "output"),
            new("transformer.encoder.layers.*.input_layernorm", "blk.*.attn_norm"), new("transformer.encoder.layers.*.post_attention_layernorm", "blk.*.ffn_norm"),
            new("transformer.encoder.layers.*.self_attention.query_key_value", "blk.*.attn_qkv"), new("transformer.encoder.layers.*.self_attention.dense", "blk.*.attn_output"),
            new("transformer.encoder.layers.*.mlp.dense_h_to_4h", "blk.*.ffn_up"), new("transformer.encoder.layers.*.mlp.dense_4h_to_h", "blk.*.ffn_down"),
        ]),
        new("glm", "GlmForCausalLM", """{"partial_rotary_factor": 0.5}""", [.. TwinNames.PreNorms, .. GatedInOne]),
        new("glm4", "Glm4ForCausalLM", """{"partial_rotary_factor": 0.5}""",
        [
            new("model.layers.*.input_layernorm", "blk.*.attn_norm"), new("model.layers.*.post_self_attn_layernorm", "blk.*.post_attention_norm"),
            new("model.layers.*.post_attention_layernorm", "blk.*.ffn_norm"), new("model.layers.*.post_mlp_layernorm", "blk.*.post_ffw_norm"), .. GatedInOne,
        ]),
        new("minicpm3", "MiniCPM3ForCausalLM", """{"q_lora_rank": 16, "kv_lora_rank": 12, "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "head_dim": null}""",
            [.. TwinNames.Outer, .. TwinNames.PreNorms, .. TwinNames.Latent, .. TwinNames.FeedForward, new("model.layers.*.self_attn.kv_b_proj", "blk.*.attn_kv_b")]),
    ];

    private static TwinTensor[] GatedInOne =>
        [.. TwinNames.Outer, .. TwinNames.Attention, new("model.layers.*.mlp.gate_up_proj", "blk.*.ffn_up"), new("model.layers.*.mlp.down_proj", "blk.*.ffn_down")];

    private static TwinTensor[] Packed =>
    [
        .. TwinNames.Outer, .. TwinNames.PreNorms, .. TwinNames.FeedForward, TwinNames.Values[1],
        new("model.layers.*.self_attn.W_pack", Projections, (sizes, row, column) =>
        {
            int part = row / sizes.Width, within = row % sizes.Width;
            return (part, part == 2 ? within : TwinNames.Neighbour(within, sizes.HeadLength), column);
        }),
    ];
}
