using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>Mamba (Gu &amp; Dao 2023), Falcon Mamba (Zuo et al. 2024) and Mamba 2 (Dao &amp; Gu 2024): state spaces alone, without feed-forwards.</summary>
internal static class Mamba
{
    public static IModel Create(ModelSource source) => Create(source, i => new MambaMixer(source, i));

    public static IModel CreateMamba2(ModelSource source) => Create(source, i => new Mamba2Mixer(source, i));

    private static Decoder Create(ModelSource source, Func<int, IMixer> mixer) => new(source, new DecoderOptions(), i => new Layer(i, mixer(i), null)
    {
        MixerNorm = Norm.Load(source, $"blk.{i}.attn_norm", source.Parameters.EmbeddingLength),
    });

    /// <summary>MambaForCausalLM and FalconMambaForCausalLM, which differ in the norms of dt, B and C.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int rankDivisor = 16;
        int width = DecoderKeys.Width(config), kernel = config.IntOr(4, "conv_kernel", "d_conv");
        HyperParameterWriter keys = KeysOf("mamba", config);
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.inner_size", config.IntOr(2 * width, "intermediate_size", "d_inner"));
        keys.Set("ssm.state_size", config.IntOr(16, "state_size", "d_state"));
        keys.Set("ssm.time_step_rank", config.IntOr((width + rankDivisor - 1) / rankDivisor, "time_step_rank", "dt_rank"));
        keys.Set("ssm.dt_b_c_rms", config.StringOrNull("model_type") == "falcon_mamba");
        return MapOf(keys, config, StateSpaceNames.Mamba("layers.*.mixer", kernel));
    }

    /// <summary>Mamba2ForCausalLM.</summary>
    public static CheckpointMap MapOfMamba2(ModelConfig config)
    {
        int width = DecoderKeys.Width(config), kernel = config.IntOr(4, "conv_kernel", "d_conv"), groups = config.IntOr(1, "n_groups");
        int inner = config.IntOr(config.IntOr(2, "expand") * width, "intermediate_size", "d_inner"), headLength = config.IntOr(64, "head_dim");
        if (groups == 0 || headLength == 0 || inner % headLength != 0)
            throw config.Refuse("head_dim", $"is {headLength}, which does not divide the {inner} channels, or n_groups is 0");
        HyperParameterWriter keys = KeysOf("mamba2", config);
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.inner_size", inner);
        keys.Set("ssm.state_size", config.IntOr(128, "state_size", "d_state"));
        keys.Set("ssm.time_step_rank", inner / headLength);
        keys.Set("ssm.group_count", groups);
        return MapOf(keys, config, StateSpaceNames.Mamba2("layers.*.mixer", kernel, groups));
    }

    /// <summary>A state space has no longest context; readers want a number.</summary>
    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        const int anyContext = 1 << 20;
        var keys = new HyperParameterWriter(architecture);
        keys.Set("block_count", DecoderKeys.Layers(config));
        keys.Set("context_length", anyContext);
        keys.Set("embedding_length", DecoderKeys.Width(config));
        keys.Set("feed_forward_length", 0);
        keys.Set("attention.head_count", 0);
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon", "rms_norm_eps"));
        return keys;
    }

    private static CheckpointMap MapOf(HyperParameterWriter keys, ModelConfig config, TensorRule[] mixer) => new(keys,
    [
        new("embeddings.weight", "token_embd.weight"),
        new("embedding.weight", "token_embd.weight"),
        new("norm_f.weight", "output_norm.weight"),
        new("lm_head.weight", "output.weight"),
        new("layers.*.norm.weight", "blk.*.attn_norm.weight"),
        .. mixer,
    ])
    {
        Prefixes = ["model.backbone.", "backbone.", "model."],
        Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
    };
}
