namespace LlamaInterop.Models.Checkpoints;

/// <summary>The keys that most families have, from the names that configurations use for them.</summary>
internal static class DecoderKeys
{
    /// <summary>Sizes, norms, rotation, experts and vocabulary, as far as the configuration states them.</summary>
    /// <param name="architecture">GGUF's name of the family.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="defaultContext">The context length where the configuration states none; 0 where it must.</param>
    /// <param name="layers">The layers, where they are counted otherwise than by a number.</param>
    public static HyperParameterWriter Of(string architecture, ModelConfig config, int defaultContext = 0, int? layers = null)
    {
        var keys = new HyperParameterWriter(architecture);
        keys.Set("block_count", layers ?? Layers(config));
        string[] contextNames = ["max_position_embeddings", "n_ctx", "n_positions", "max_length", "max_sequence_length", "model_max_length", "max_seq_len", "seq_length"];
        keys.Set("context_length", defaultContext == 0 ? config.Int(contextNames) : config.IntOr(defaultContext, contextNames));
        keys.Set("embedding_length", Width(config));
        SetIfThere(keys, config, "feed_forward_length", "intermediate_size", "n_inner", "hidden_dim", "ffn_hidden_size");
        keys.Set("attention.head_count", Heads(config));
        SetIfThere(keys, config, "attention.head_count_kv", "num_key_value_heads", "n_kv_heads", "num_kv_heads");
        if (config.Has("head_dim"))
        {
            keys.Set("attention.key_length", config.Int("head_dim"));
            keys.Set("attention.value_length", config.Int("head_dim"));
        }
        SetNorms(keys, config);
        SetExperts(keys, config);
        if (config.VocabularySize > 0)
            keys.Set("vocab_size", config.VocabularySize);
        if (!config.BoolOr(true, "is_causal"))
            keys.Set("attention.causal", false);
        RotaryConfig.Of(config).Write(keys);
        return keys;
    }

    public static int Layers(ModelConfig config) => config.Int("num_hidden_layers", "n_layers", "n_layer", "num_layers");

    public static int Width(ModelConfig config) => config.Int("hidden_size", "n_embd", "n_embed", "d_model", "dim");

    public static int Heads(ModelConfig config) => config.Int("num_attention_heads", "n_head", "n_heads", "num_heads");

    public static int KvHeads(ModelConfig config) => config.IntOr(Heads(config), "num_key_value_heads", "n_kv_heads", "num_kv_heads");

    /// <summary>Elements of a head: stated, or the width's share.</summary>
    public static int HeadLength(ModelConfig config)
    {
        int length = config.IntOr(Width(config) / Heads(config), "head_dim");
        return length > 0 ? length : throw config.Refuse("num_attention_heads", $"is {Heads(config)}, more than hidden_size {Width(config)}");
    }

    /// <summary>Whether the output head is the token table.</summary>
    public static bool TiesHead(ModelConfig config, bool defaultValue = false) => config.BoolOr(defaultValue, "tie_word_embeddings");

    /// <summary>The output head's pattern where the head is the token table, for <see cref="CheckpointMap.Dropped"/>.</summary>
    public static string[] TiedHead(ModelConfig config, bool defaultValue = false) => TiesHead(config, defaultValue) ? ["lm_head.weight"] : [];

    /// <summary>Sets a size where the configuration has it.</summary>
    public static void SetIfThere(HyperParameterWriter keys, ModelConfig config, string key, params ReadOnlySpan<string> names)
    {
        if (config.Has(names))
            keys.Set(key, config.IntOr(0, names));
    }

    /// <summary>Sets a number where the configuration has it.</summary>
    public static void SetNumberIfThere(HyperParameterWriter keys, ModelConfig config, string key, params ReadOnlySpan<string> names)
    {
        if (config.Has(names))
            keys.Set(key, config.Float(names));
    }

    /// <summary>The window and which layers have it: those that layer_types says, or all but every <paramref name="period"/>th. Nothing where there is none.</summary>
    public static void SetWindows(HyperParameterWriter keys, ModelConfig config, int period)
    {
        if (!config.Has("sliding_window"))
            return;
        string[] kinds = config.Strings("layer_types");
        keys.Set("attention.sliding_window", config.Int("sliding_window"));
        keys.Set("attention.sliding_window_pattern",
            kinds.Length > 0 ? [.. kinds.Select(kind => kind == "sliding_attention")] : [.. Enumerable.Range(1, Layers(config)).Select(i => i % period != 0)]);
    }

    /// <summary>The dense layers at the start, and the experts that every token goes through.</summary>
    public static void SetDenseAndShared(HyperParameterWriter keys, ModelConfig config)
    {
        keys.Set("leading_dense_block_count", config.IntOr(0, "first_k_dense_replace"));
        keys.Set("expert_shared_count", config.IntOr(0, "n_shared_experts"));
    }

    /// <summary>Patterns of the layers behind the last, which predict tokens beyond the next, for <see cref="CheckpointMap.Dropped"/>.</summary>
    public static string[] FurtherLayers(ModelConfig config)
    {
        const int most = 64;
        int count = config.IntOr(0, "num_nextn_predict_layers");
        return count <= most ? [.. Enumerable.Range(Layers(config), count).Select(layer => $"layers.{layer}.**")]
            : throw config.Refuse("num_nextn_predict_layers", $"is {count}; {most} are the most");
    }

    private static void SetNorms(HyperParameterWriter keys, ModelConfig config)
    {
        SetNumberIfThere(keys, config, "attention.layer_norm_rms_epsilon", "rms_norm_eps", "norm_eps");
        SetNumberIfThere(keys, config, "attention.layer_norm_epsilon", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon");
    }

    private static void SetExperts(HyperParameterWriter keys, ModelConfig config)
    {
        SetIfThere(keys, config, "expert_count", "num_local_experts", "num_experts", "n_routed_experts");
        SetIfThere(keys, config, "expert_used_count", "num_experts_per_tok", "num_experts_per_token", "top_k_experts");
        SetIfThere(keys, config, "expert_group_count", "n_group");
        SetIfThere(keys, config, "expert_group_used_count", "topk_group");
        SetIfThere(keys, config, "expert_feed_forward_length", "moe_intermediate_size");
        SetIfThere(keys, config, "expert_shared_feed_forward_length", "shared_expert_intermediate_size");
        SetNumberIfThere(keys, config, "expert_weights_scale", "routed_scaling_factor");
        if (config.Has("norm_topk_prob"))
            keys.Set("expert_weights_norm", config.BoolOr(false, "norm_topk_prob"));
        if (config.StringOrNull("scoring_func", "score_function", "score_func", "moe_router_activation_func") is { } gating)
            keys.Set("expert_gating_func", Gating(config, gating));
    }

    private static int Gating(ModelConfig config, string name) => name switch
    {
        "softmax" => 1,
        "sigmoid" => 2,
        _ => throw config.Refuse("scoring_func", $"is '{name}', known are softmax and sigmoid"),
    };
}
