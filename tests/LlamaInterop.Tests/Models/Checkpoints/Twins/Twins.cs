namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>The files, and what transformers' classes would have saved them as.</summary>
internal static class Twins
{
    private static readonly string[] LayoutKey = ["tensor_data_layout"];

    public static readonly Twin[] All =
    [
        new("gemma3", "Gemma3ForCausalLM", """{"rope_local_base_freq": 10000, "query_pre_attn_scalar": 16, "sliding_window_pattern": 6}""",
        [
            new("model.embed_tokens", "token_embd"), .. TwinNames.Attention, .. TwinNames.FeedForward,
            .. TwinNames.LessOne(
            [
                new("model.norm", "output_norm"), .. TwinNames.PostNorms, .. TwinNames.HeadNorms,
                new("model.layers.*.input_layernorm", "blk.*.attn_norm"), new("model.layers.*.pre_feedforward_layernorm", "blk.*.ffn_norm"),
            ]),
        ]),
        new("olmo", "OlmoForCausalLM", """{"clip_qkv": 1.5, "layer_norm_eps": null, "tie_word_embeddings": true}""", TwinNames.HalvedDecoder),
        new("olmo2", "Olmo2ForCausalLM", "{}", [.. TwinNames.Outer, .. TwinNames.PostNorms, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward]),
        new("olmo3", "Olmo3ForCausalLM", """{"layer_types": ["sliding_attention", "sliding_attention", "sliding_attention", "full_attention", "sliding_attention"]}""",
            [.. TwinNames.Outer, .. TwinNames.PostNorms, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward]),
        new("phi2", "PhiForCausalLM", """{"partial_rotary_factor": 0.5}""",
        [
            new("model.final_layernorm", "output_norm"), .. TwinNames.Outer[..2], TwinNames.PreNorms[0], .. TwinNames.Attention[..3],
            new("model.layers.*.self_attn.dense", "blk.*.attn_output"), new("model.layers.*.mlp.fc1", "blk.*.ffn_up"), new("model.layers.*.mlp.fc2", "blk.*.ffn_down"),
        ]),
        new("stablelm", "StableLmForCausalLM", """{"partial_rotary_factor": 0.25, "use_parallel_residual": false}""", TwinNames.Decoder),
        new("stablelm-12b", "StableLmForCausalLM", """{"partial_rotary_factor": 0.5, "use_parallel_residual": true}""",
        [
            .. TwinNames.Decoder,
            new("model.layers.*.self_attn.q_layernorm.norms.#", "blk.*.attn_q_norm"), new("model.layers.*.self_attn.k_layernorm.norms.#", "blk.*.attn_k_norm"),
        ]),
        new("orion", "OrionForCausalLM", """{"rms_norm_eps": 1e-5, "layer_norm_eps": null}""", TwinNames.Decoder) { Unstated = LayoutKey },
        new("command-r", "CohereForCausalLM", """{"logit_scale": 0.25}""", [.. TwinNames.Decoder, .. TwinNames.HeadNorms]),
        new("command-r-plus", "CohereForCausalLM", """{"logit_scale": 0.8}""", [.. TwinNames.Decoder, .. TwinNames.HeadNorms]),
        new("cohere2", "Cohere2ForCausalLM", """{"logit_scale": 0.25, "rotary_pct": 1.0}""", TwinNames.Decoder),
        new("minicpm", "MiniCPMForCausalLM", """{"scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 128}""", TwinNames.HalvedDecoder),
        new("nemotron", "NemotronForCausalLM", """{"norm_eps": 1e-5, "partial_rotary_factor": 0.5, "layer_norm_eps": null, "rms_norm_eps": null}""",
        [
            .. TwinNames.Outer[..2], .. TwinNames.Attention, .. TwinNames.FeedForward,
            new("model.norm.weight", "output_norm.weight") { Less = 1 }, new("model.norm.bias", "output_norm.bias"),
            new("model.layers.*.input_layernorm.weight", "blk.*.attn_norm.weight") { Less = 1 }, new("model.layers.*.input_layernorm.bias", "blk.*.attn_norm.bias"),
            new("model.layers.*.post_attention_layernorm.weight", "blk.*.ffn_norm.weight") { Less = 1 },
            new("model.layers.*.post_attention_layernorm.bias", "blk.*.ffn_norm.bias"),
        ]),
        new("arcee", "ArceeForCausalLM", "{}", TwinNames.HalvedDecoder),
        new("apertus", "ApertusForCausalLM", """
            {"rope_scaling": {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}
            """,
        [
            .. TwinNames.Outer, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward[1..],
            new("model.layers.*.attention_layernorm", "blk.*.attn_norm"), new("model.layers.*.feedforward_layernorm", "blk.*.ffn_norm"),
        ])
        {
            Computed = ["rope_freqs.weight"],
            Numbers =
            [
                ("model.layers.*.mlp.act_fn.alpha_n", "xielu.alpha_n"), ("model.layers.*.mlp.act_fn.alpha_p", "xielu.alpha_p"),
                ("model.layers.*.mlp.act_fn.beta", "xielu.beta"), ("model.layers.*.mlp.act_fn.eps", "xielu.eps"),
            ],
        },
        new("seed-oss", "SeedOssForCausalLM", "{}", [.. TwinNames.Outer, .. TwinNames.LatePreNorms, .. TwinNames.Attention, .. TwinNames.FeedForward]),
        new("ernie4_5", "Ernie4_5ForCausalLM", "{}", TwinNames.Decoder),
        new("hunyuan-dense", "HunYuanDenseV1ForCausalLM", "{}", [.. TwinNames.Decoder, .. HunyuanNorms]),
        new("exaone4", "Exaone4ForCausalLM", "{}", [.. TwinNames.Outer, .. TwinNames.PostNorms, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward]),
        new("exaone4-swa", "Exaone4ForCausalLM", """{"sliding_window_pattern": "LLLG"}""",
            [.. TwinNames.Outer, .. TwinNames.PostNorms, .. TwinNames.Attention, .. TwinNames.HeadNorms, .. TwinNames.FeedForward]),
        new("exaone", "ExaoneForCausalLM", """
            {"layer_norm_epsilon": 1e-5, "rms_norm_eps": null, "layer_norm_eps": null, "activation_function": "silu", "rope_scaling":
             {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}}
            """,
        [
            new("transformer.wte", "token_embd"), new("transformer.ln_f", "output_norm"), new("transformer.h.*.ln_1", "blk.*.attn_norm"), new("transformer.h.*.ln_2", "blk.*.ffn_norm"),
            new("transformer.h.*.attn.attention.q_proj", "blk.*.attn_q"), new("transformer.h.*.attn.attention.k_proj", "blk.*.attn_k"),
            new("transformer.h.*.attn.attention.v_proj", "blk.*.attn_v"), new("transformer.h.*.attn.attention.out_proj", "blk.*.attn_output"),
            new("transformer.h.*.mlp.c_fc_0", "blk.*.ffn_gate"), new("transformer.h.*.mlp.c_fc_1", "blk.*.ffn_up"), new("transformer.h.*.mlp.c_proj", "blk.*.ffn_down"),
        ])
        {
            Computed = ["rope_freqs.weight"],
        },
        new("codeshell", "CodeShellForCausalLM", """
            {"n_positions": 256, "n_embd": 24, "n_layer": 2, "n_head": 4, "n_inner": 96, "num_query_groups": 2, "layer_norm_epsilon": 1e-5, "hidden_size": null, "num_hidden_layers": null,
             "num_attention_heads": null, "num_key_value_heads": null, "max_position_embeddings": null, "intermediate_size": null, "rope_theta": null, "layer_norm_eps": null}
            """,
        [
            new("transformer.wte", "token_embd"), new("transformer.ln_f", "output_norm"), new("lm_head", "output"), new("transformer.h.*.ln_1", "blk.*.attn_norm"),
            new("transformer.h.*.ln_2", "blk.*.ffn_norm"), new("transformer.h.*.attn.c_attn", "blk.*.attn_qkv"), new("transformer.h.*.attn.c_proj", "blk.*.attn_output"),
            new("transformer.h.*.mlp.c_fc", "blk.*.ffn_up"), new("transformer.h.*.mlp.c_proj", "blk.*.ffn_down"),
        ]),
        .. FusedTwins.All,
        .. HybridTwins.All,
        .. RwkvTwins.All,
        new("qwen2", "Qwen2_5_VLForConditionalGeneration", """{"rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}}""", TwinNames.Decoder) { Architecture = "qwen2vl" },
        new("qwen3", "Qwen3VLForConditionalGeneration", """{"vision_config": {"deepstack_visual_indexes": [5, 11, 17]}}""", [.. TwinNames.Decoder, .. TwinNames.HeadNorms])
        {
            Architecture = "qwen3vl",
        },
        new("nemotron", "Jais2ForCausalLM", """{"partial_rotary_factor": 0.5, "rms_norm_eps": null}""", TwinNames.Decoder)
        {
            Architecture = "jais2",
            Unstated = ["attention.layer_norm_rms_epsilon", "rope.scaling.type"],
        },
        new("mistral", "Mistral3ForConditionalGeneration", "{}", TwinNames.HalvedDecoder) { Architecture = "mistral3" },
        new("llama", "DeciLMForCausalLM", "{}", TwinNames.HalvedDecoder) { Architecture = "deci", Unstated = ["attention.head_count", "attention.head_count_kv", "feed_forward_length"] },
        new("internlm2", "XverseForCausalLM", "{}", TwinNames.HalvedDecoder) { Architecture = "xverse" },
        new("qwen2", "PanguEmbeddedForCausalLM", "{}", TwinNames.Decoder) { Architecture = "pangu-embedded" },
        .. ExpertTwins.All,
    ];

    public static TwinTensor[] HunyuanNorms =>
        [new("model.layers.*.self_attn.query_layernorm", "blk.*.attn_q_norm"), new("model.layers.*.self_attn.key_layernorm", "blk.*.attn_k_norm")];
}
