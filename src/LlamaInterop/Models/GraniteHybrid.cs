using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Granite 4 hybrid (Granite Team, IBM 2025): Mamba 2 layers and a few of attention, by default without positions, with Granite's factors
/// for the embedding, the scores, the residuals and the logits. With experts or without.
/// </summary>
internal static class GraniteHybrid
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        Rotary? rotary = p.Keys.Bool("rope.scaling.finetuned", true) ? new Rotary(source, RopeMode.NORM) : null;
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        var options = new DecoderOptions { EmbeddingScale = p.Factor("embedding_scale"), LogitScale = 1 / p.Factor("logit_scale") };
        float residualScale = p.Factor("residual_scale");
        return new Decoder(source, options, i =>
        {
            IMixer mixer = p.KvHeadCounts[i] == 0 ? new Mamba2Mixer(source, i)
                : new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts), residualScale: residualScale);
        });
    }

    /// <summary>GraniteMoeHybridForCausalLM; where no layer is a state space, it is a Granite without.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        string[] kinds = config.Strings("layer_types");
        bool hasExperts = config.IntOr(0, "num_local_experts") > 0, isHybrid = Array.Exists(kinds, kind => kind == "mamba");
        int kernel = config.IntOr(4, "mamba_d_conv"), groups = Math.Max(1, config.IntOr(1, "mamba_n_groups"));
        HyperParameterWriter keys = Granite.KeysOf(isHybrid ? "granitehybrid" : hasExperts ? "granitemoe" : "granite", config);
        if (!hasExperts)
            keys.Set("feed_forward_length", config.Int("shared_intermediate_size"));
        if (isHybrid)
            SetStateSpace(keys, config, kinds, kernel, groups);
        return new CheckpointMap(keys, [.. LlamaNames.PermutedDecoder(config), .. StateSpaceNames.Mamba2("layers.*.mamba", kernel, groups), .. Granite.Experts(config)])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    private static void SetStateSpace(HyperParameterWriter keys, ModelConfig config, string[] kinds, int kernel, int groups)
    {
        const int contextWithoutPositions = 1 << 20;
        bool rotates = config.StringOrNull("position_embedding_type") == "rope";
        if (!rotates)
            keys.Set("context_length", contextWithoutPositions);
        keys.Set("rope.scaling.finetuned", rotates);
        keys.Set("attention.head_count_kv", [.. kinds.Select(kind => kind == "attention" ? DecoderKeys.KvHeads(config) : 0)]);
        keys.Set("ssm.conv_kernel", kernel);
        keys.Set("ssm.state_size", config.IntOr(256, "mamba_d_state"));
        keys.Set("ssm.group_count", groups);
        keys.Set("ssm.inner_size", config.IntOr(2, "mamba_expand") * DecoderKeys.Width(config));
        keys.Set("ssm.time_step_rank", config.Int("mamba_n_heads"));
    }
}
