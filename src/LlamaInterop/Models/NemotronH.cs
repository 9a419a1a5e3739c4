using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Nemotron H, Nemotron Nano 2 and 3 (NVIDIA 2025): each layer is one thing behind one norm: a Mamba 2 state space, attention without
/// positions, or a feed-forward of squared ReLU without a gate, with experts or without. A layer of width 0 is no feed-forward; one without
/// key heads besides is a state space.
/// </summary>
internal static class NemotronH
{
    public static IModel Create(ModelSource source)
    {
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false) with { Activation = GluKind.RELU_SQUARED, IsGated = false };
        return new Decoder(source, new DecoderOptions(), i => new Layer(i, MixerOf(source, i, experts), null)
        {
            MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
        });
    }

    private static IMixer MixerOf(ModelSource source, int layer, ExpertVariant experts)
    {
        HyperParameters p = source.Parameters;
        if (p.FeedForwardLengths[layer] > 0)
            return ExpertFeedForward.OrDense(source, layer, experts);
        return p.KvHeadCounts[layer] == 0 ? new Mamba2Mixer(source, layer) : new AttentionBlock(source, layer, AttentionVariant.Of(source, layer));
    }

    /// <summary>NemotronHForCausalLM, whose layers are spelled by a letter each: M state spaces, * attention, - feed-forwards, E experts.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        string layers = LayersOf(config);
        int kernel = config.IntOr(4, "conv_kernel"), groups = Math.Max(1, config.IntOr(1, "n_groups"));
        return new CheckpointMap(KeysOf(config, layers, kernel, groups),
        [
            new("embeddings.weight", "token_embd.weight"),
            new("norm_f.weight", "output_norm.weight"),
            new("lm_head.weight", "output.weight"),
            new("layers.*.norm.weight", "blk.*.attn_norm.weight"),
            .. StateSpaceNames.Mamba2("layers.*.mixer", kernel, groups),
            new("layers.*.mixer.q_proj.@", "blk.*.attn_q.@"),
            new("layers.*.mixer.k_proj.@", "blk.*.attn_k.@"),
            new("layers.*.mixer.v_proj.@", "blk.*.attn_v.@"),
            new("layers.*.mixer.o_proj.@", "blk.*.attn_output.@"),
            new("layers.*.mixer.up_proj.@", "blk.*.ffn_up.@"),
            new("layers.*.mixer.down_proj.@", "blk.*.ffn_down.@"),
            new("layers.*.mixer.gate.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.mixer.gate.e_score_correction_bias", "blk.*.exp_probs_b.bias"),
            new("layers.*.mixer.experts.#.up_proj.weight", "blk.*.ffn_up_exps.weight"),
            new("layers.*.mixer.experts.#.down_proj.weight", "blk.*.ffn_down_exps.weight"),
            new("layers.*.mixer.experts.up_proj", "blk.*.ffn_up_exps.weight"),
            new("layers.*.mixer.experts.down_proj", "blk.*.ffn_down_exps.weight"),
            new("layers.*.mixer.shared_experts.up_proj.weight", "blk.*.ffn_up_shexp.weight"),
            new("layers.*.mixer.shared_experts.down_proj.weight", "blk.*.ffn_down_shexp.weight"),
            new("layers.*.mixer.fc1_latent_proj.weight", "blk.*.ffn_latent_down.weight"),
            new("layers.*.mixer.fc2_latent_proj.weight", "blk.*.ffn_latent_up.weight"),
        ])
        {
            Prefixes = ["backbone.", "model."],
            Dropped = ["mtp.**", .. DecoderKeys.TiedHead(config)],
        };
    }

    private static string LayersOf(ModelConfig config)
    {
        string layers = config.StringOrNull("hybrid_override_pattern")
            ?? string.Concat(config.Strings("layers_block_type").Select(kind => kind switch { "mamba" => 'M', "attention" => '*', "mlp" => '-', "moe" => 'E', _ => '?' }));
        return layers.Length > 0 && layers.All("M*-E".Contains) ? layers
            : throw config.Refuse("hybrid_override_pattern", "is missing, or has letters other than M, *, - and E");
    }

    private static HyperParameterWriter KeysOf(ModelConfig config, string layers, int kernel, int groups)
    {
        const int defaultContext = 4096;
        bool hasExperts = layers.Contains('E', StringComparison.Ordinal);
        HyperParameterWriter keys = DecoderKeys.Of(hasExperts ? "nemotron_h_moe" : "nemotron_h", config, defaultContext, layers.Length);
        int kvHeads = DecoderKeys.KvHeads(config), headLength = config.Int("head_dim", "attention_head_dim");
        keys.Set("attention.head_count_kv", [.. layers.Select(kind => kind == '*' ? kvHeads : 0)]);
        keys.Set("attention.key_length", headLength);
        keys.Set("attention.value_length", headLength);
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon", "rms_norm_eps"));
        int expertWidth = hasExperts ? config.Int("moe_intermediate_size") : 0;
        keys.Set("feed_forward_length", [.. layers.Select(kind => kind switch { '-' => config.Int("intermediate_size"), 'E' => expertWidth, _ => 0 })]);
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.state_size", config.Int("ssm_state_size"));
        keys.Set("ssm.group_count", groups);
        keys.Set("ssm.time_step_rank", config.Int("mamba_num_heads"));
        keys.Set("ssm.inner_size", config.Int("mamba_num_heads") * config.Int("mamba_head_dim"));
        if (!hasExperts)
            return keys;
        DecoderKeys.SetIfThere(keys, config, "expert_shared_count", "n_shared_experts");
        DecoderKeys.SetIfThere(keys, config, "expert_shared_feed_forward_length", "moe_shared_expert_intermediate_size");
        DecoderKeys.SetIfThere(keys, config, "moe_latent_size", "moe_latent_size");
        return keys;
    }
}
