using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// LFM2 (Liquid AI 2025): gated short convolutions in most layers, attention with normed heads and rotary halves in those that have key
/// heads; in LFM2 MoE all but the first layers have experts. The final norm is called "token_embd_norm".
/// </summary>
internal static class Lfm2
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        if (!p.Causal)
            throw p.Keys.Wrong(p.Keys.FullName("attention.causal"), "is false, but only convolutions that look back can run");
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true);
        return new Decoder(source, new DecoderOptions { FinalNorm = "token_embd_norm" }, i =>
        {
            IMixer mixer = p.KvHeadCounts[i] == 0 ? new GatedConvolution(source, i) : Attention(source, i, rotary);
            return Layer.PreNorm(source, i, mixer, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    private static AttentionBlock Attention(ModelSource source, int layer, Rotary rotary)
    {
        source.Weights.Vector($"blk.{layer}.attn_q_norm.weight", source.Parameters.KeyLength);
        return new AttentionBlock(source, layer, AttentionVariant.Of(source, layer) with { Rotary = rotary });
    }

    /// <summary>Lfm2ForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = KeysOf("lfm2", config);
        keys.Set("feed_forward_length", FeedForwardOf(config));
        return MapOf(keys, config);
    }

    /// <summary>Lfm2MoeForCausalLM.</summary>
    public static CheckpointMap MapOfMoe(ModelConfig config)
    {
        const int sigmoid = 2;
        HyperParameterWriter keys = KeysOf("lfm2moe", config);
        keys.Set("leading_dense_block_count", config.IntOr(0, "num_dense_layers"));
        keys.Set("expert_gating_func", sigmoid);
        return MapOf(keys, config);
    }

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        string[] kinds = config.Strings("layer_types");
        if (kinds.Length == 0)
            throw config.Refuse("layer_types", "is missing");
        keys.Set("attention.head_count_kv", [.. kinds.Select(kind => kind == "full_attention" ? DecoderKeys.KvHeads(config) : 0)]);
        keys.Set("shortconv.l_cache", config.Int("conv_L_cache"));
        return keys;
    }

    /// <summary>The stated width, or two thirds of it, stretched and rounded up, as the first models state it.</summary>
    private static int FeedForwardOf(ModelConfig config)
    {
        int stated = config.Int("block_ff_dim", "intermediate_size");
        if (!config.BoolOr(true, "block_auto_adjust_ff_dim"))
            return stated;
        int multiple = Math.Max(1, config.IntOr(256, "block_multiple_of"));
        long width = (long)(config.FloatOr(1, "block_ffn_dim_multiplier") * (2L * stated / 3));
        return checked((int)((width + multiple - 1) / multiple * multiple));
    }

    private static CheckpointMap MapOf(HyperParameterWriter keys, ModelConfig config) => new(keys,
    [
        .. LlamaNames.Tables,
        new("embedding_norm.weight", "token_embd_norm.weight"),
        new("layers.*.operator_norm.weight", "blk.*.attn_norm.weight"),
        new("layers.*.ffn_norm.weight", "blk.*.ffn_norm.weight"),
        new("layers.*.conv.conv.weight", "blk.*.shortconv.conv.weight", new NewShape(-1, config.Int("conv_L_cache"))),
        new("layers.*.conv.in_proj.weight", "blk.*.shortconv.in_proj.weight"),
        new("layers.*.conv.out_proj.weight", "blk.*.shortconv.out_proj.weight"),
        .. LlamaNames.Attention,
        new("layers.*.self_attn.out_proj.weight", "blk.*.attn_output.weight"),
        new("layers.*.self_attn.q_layernorm.weight", "blk.*.attn_q_norm.weight"),
        new("layers.*.self_attn.k_layernorm.weight", "blk.*.attn_k_norm.weight"),
        new("layers.*.feed_forward.w1.weight", "blk.*.ffn_gate.weight"),
        new("layers.*.feed_forward.w2.weight", "blk.*.ffn_down.weight"),
        new("layers.*.feed_forward.w3.weight", "blk.*.ffn_up.weight"),
        new("layers.*.feed_forward.gate.weight", "blk.*.ffn_gate_inp.weight"),
        new("layers.*.feed_forward.expert_bias", "blk.*.exp_probs_b.bias"),
        new("layers.*.feed_forward.experts.#.w1.weight", "blk.*.ffn_gate_exps.weight"),
        new("layers.*.feed_forward.experts.#.w2.weight", "blk.*.ffn_down_exps.weight"),
        new("layers.*.feed_forward.experts.#.w3.weight", "blk.*.ffn_up_exps.weight"),
    ])
    {
        Dropped = DecoderKeys.TiedHead(config, defaultValue: true),
    };
}
