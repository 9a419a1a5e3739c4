using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// EXAONE 3 (LG AI Research 2024): Llama's layers with rotary halves. EXAONE 4 (LG AI Research 2025): norms behind attention and
/// feed-forward only, and on every head of q and k; the 32B model, known in a file by its 64 layers or its window, has 3 windowed layers to
/// 1 that sees all and has no positions. K-EXAONE (LG AI Research 2026): such layers with norms before attention and feed-forward, and
/// experts beside a shared one after the first layers.
/// </summary>
internal static class Exaone
{
    private const int LayersOf32B = 64;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateFourth(ModelSource source)
    {
        const int period = 4, windowOf32B = 4096;
        HyperParameters p = source.Parameters;
        int defaultWindow = p.Layers == LayersOf32B ? windowOf32B : 0;
        var rotary = new Rotary(source, RopeMode.NEOX);
        bool hasWindows = Enumerable.Range(0, p.Layers).Any(i => p.WindowOf(i, period, defaultWindow) > 0);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            int window = p.WindowOf(i, period, defaultWindow);
            bool isPlaced = window > 0 || !hasWindows;
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with
            {
                Rotary = isPlaced ? rotary : null,
                Window = window,
                NeedsHeadNorms = true,
            });
            return Layer.PostNorm(source, i, attention, new FeedForward(source, i, GluKind.SILU));
        });
    }

    public static IModel CreateMoe(ModelSource source)
    {
        const int period = 4;
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            int window = p.WindowOf(i, period);
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = window > 0 ? rotary : null, Window = window });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>ExaoneForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("exaone", config);
        int headLength = DecoderKeys.HeadLength(config);
        keys.Set("attention.layer_norm_rms_epsilon", config.FloatOr(1e-5f, "layer_norm_epsilon"));
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, headLength);
        return new CheckpointMap(keys,
        [
            new("wte.weight", "token_embd.weight"),
            new("ln_f.weight", "output_norm.weight"),
            new("lm_head.weight", "output.weight"),
            new("h.*.ln_1.weight", "blk.*.attn_norm.weight"),
            new("h.*.attn.attention.q_proj.weight", "blk.*.attn_q.weight"),
            new("h.*.attn.attention.k_proj.weight", "blk.*.attn_k.weight"),
            new("h.*.attn.attention.v_proj.weight", "blk.*.attn_v.weight"),
            new("h.*.attn.attention.out_proj.weight", "blk.*.attn_output.weight"),
            new("h.*.ln_2.weight", "blk.*.ffn_norm.weight"),
            new("h.*.mlp.c_fc_0.weight", "blk.*.ffn_gate.weight"),
            new("h.*.mlp.c_fc_1.weight", "blk.*.ffn_up.weight"),
            new("h.*.mlp.c_proj.weight", "blk.*.ffn_down.weight"),
        ])
        {
            Prefixes = ["transformer."],
            Dropped = DecoderKeys.TiedHead(config),
            Constants = rotary.Llama3Factors(headLength),
        };
    }

    /// <summary>Exaone4ForCausalLM.</summary>
    public static CheckpointMap MapOfFourth(ModelConfig config)
    {
        const int period = 4;
        HyperParameterWriter keys = DecoderKeys.Of("exaone4", config);
        DecoderKeys.SetWindows(keys, config, period);
        return new CheckpointMap(keys, [.. LlamaNames.Outer, .. LlamaNames.PostNorms, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.FeedForward])
        {
            Dropped = DecoderKeys.TiedHead(config),
            Constants = RotaryConfig.Of(config).Llama3Factors(DecoderKeys.HeadLength(config)),
        };
    }

    /// <summary>ExaoneMoEForCausalLM; layers that predict further tokens are left out.</summary>
    public static CheckpointMap MapOfMoe(ModelConfig config)
    {
        const int period = 4;
        HyperParameterWriter keys = DecoderKeys.Of("exaone-moe", config);
        int shared = config.IntOr(0, "num_shared_experts");
        DecoderKeys.SetWindows(keys, config, period);
        keys.Set("expert_shared_count", shared);
        keys.Set("expert_shared_feed_forward_length", config.Computed("num_shared_experts", (double)shared * config.Int("moe_intermediate_size")));
        keys.Set("leading_dense_block_count", config.IntOr(0, "first_k_dense_replace", "first_last_k_dense_replace"));
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Decoder, .. LlamaNames.HeadNorms, .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate, .. ExpertNames.SelectionBias,
            new("layers.*.mlp.e_score_correction_bias", "blk.*.exp_probs_b.bias"),
        ])
        {
            Dropped = ["mtp.**", .. DecoderKeys.FurtherLayers(config), .. DecoderKeys.TiedHead(config)],
            Constants = RotaryConfig.Of(config).Llama3Factors(DecoderKeys.HeadLength(config)),
        };
    }
}
