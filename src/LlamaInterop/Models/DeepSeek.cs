using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// DeepSeek MoE (Dai et al. 2024; GGUF's "deepseek"), dots.llm1 (Huo et al. 2025), Ling and Ring 1 and 2 (Ling Team 2025) and MiniMax M2
/// (MiniMax 2025): dense layers at the start or none, then many small experts, beside shared ones where there are any. Norms of q and k
/// are where the file has them; dots.llm1 and MiniMax M2 gate by sigmoid and renormalize, the Ling models as their files say.
/// </summary>
internal static class DeepSeek
{
    public static IModel Create(ModelSource source) =>
        Create(source, RopeMode.NORM, ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false));

    public static IModel CreateDots(ModelSource source) =>
        Create(source, RopeMode.NEOX, ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true));

    public static IModel CreateSecondLing(ModelSource source) =>
        Create(source, RopeMode.NEOX, ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false));

    private static Decoder Create(ModelSource source, RopeMode mode, ExpertVariant experts)
    {
        var rotary = new Rotary(source, mode);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>DeepseekForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("deepseek", config);
        keys.Set("rope.dimension_count", DecoderKeys.HeadLength(config));
        keys.Set("rope.scaling.type", "none");
        keys.Set("expert_weights_scale", 1f);
        return new CheckpointMap(keys, [.. LlamaNames.PermutedDecoder(config), .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    /// <summary>Dots1ForCausalLM.</summary>
    public static CheckpointMap MapOfDots(ModelConfig config) =>
        new(KeysOf("dots1", config), [.. LlamaNames.Decoder, .. LlamaNames.HeadNorms, .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate, .. ExpertNames.SelectionBias])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        DecoderKeys.SetDenseAndShared(keys, config);
        return keys;
    }

    /// <summary>MiniMaxM2ForCausalLM: Mixtral's names, norms over all heads, a part of each head rotated.</summary>
    public static CheckpointMap MapOfMiniMax(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("minimax-m2", config);
        keys.Set("expert_feed_forward_length", config.Int("intermediate_size"));
        keys.Set("rope.dimension_count", config.Int("rotary_dim"));
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. ExpertNames.Mixtral,
            new("layers.*.block_sparse_moe.e_score_correction_bias", "blk.*.exp_probs_b.bias"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    /// <summary>BailingMoeForCausalLM: q, k and v one below the other, as rotary halves.</summary>
    public static CheckpointMap MapOfLing(ModelConfig config)
    {
        const string fused = "layers.*.attention.query_key_value.@";
        if (config.BoolOr(false, "norm_head"))
            throw config.Refuse("norm_head", "is true, but only heads without a norm run here");
        int headLength = DecoderKeys.HeadLength(config), heads = DecoderKeys.Heads(config), kvHeads = DecoderKeys.KvHeads(config);
        long queries = (long)heads * headLength, keysOfHeads = (long)kvHeads * headLength;
        HyperParameterWriter keys = KeysOf("bailingmoe", config);
        keys.Set("expert_shared_count", config.IntOr(0, "num_shared_experts"));
        keys.Set("expert_weights_scale", 1f);
        keys.Set("rope.dimension_count", headLength);
        TensorPart[] parts =
        [
            new(fused, TensorChange.Rows(0, queries)), new(fused, TensorChange.Rows(queries, keysOfHeads)), new(fused, TensorChange.Rows(queries + keysOfHeads, keysOfHeads)),
        ];
        return new CheckpointMap(keys, [.. LingNames, .. FusedNames.Permuted(parts, heads, kvHeads)]) { Dropped = DecoderKeys.TiedHead(config) };
    }

    /// <summary>BailingMoeV2ForCausalLM; layers that predict further tokens are left out.</summary>
    public static CheckpointMap MapOfSecondLing(ModelConfig config)
    {
        const float rotatedShare = 0.5f;
        HyperParameterWriter keys = KeysOf("bailingmoe2", config);
        int shared = config.IntOr(0, "num_shared_experts");
        keys.Set("expert_shared_count", shared);
        keys.Set("expert_shared_feed_forward_length", config.IntOr(shared * config.Int("moe_intermediate_size"), "moe_shared_expert_intermediate_size"));
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config), rotatedShare);
        return new CheckpointMap(keys,
        [
            .. LingNames,
            new("layers.*.attention.query_key_value.@", "blk.*.attn_qkv.@"),
            new("layers.*.attention.query_layernorm.weight", "blk.*.attn_q_norm.weight"),
            new("layers.*.attention.key_layernorm.weight", "blk.*.attn_k_norm.weight"),
            new("layers.*.mlp.gate.expert_bias", "blk.*.exp_probs_b.bias"),
        ])
        {
            Dropped = [.. DecoderKeys.FurtherLayers(config), .. DecoderKeys.TiedHead(config)],
        };
    }

    /// <summary>What both Ling models call alike.</summary>
    private static TensorRule[] LingNames =>
    [
        new("word_embeddings.weight", "token_embd.weight"),
        new("lm_head.weight", "output.weight"),
        .. LlamaNames.FinalNorm, .. LlamaNames.PreNorms, .. LlamaNames.FeedForward,
        new("layers.*.attention.dense.@", "blk.*.attn_output.@"),
        .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate,
    ];
}
