using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// SmallThinker (Song et al. 2025): experts with a gate of ReLU in every layer, chosen by what the layer gets, before attention. In the
/// models with windows the first of four layers sees all and has no positions.
/// </summary>
internal static class SmallThinker
{
    private const int Period = 4;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        var rotary = new Rotary(source, RopeMode.NEOX);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: true) with { Activation = GluKind.RELU };
        return new Decoder(source, new DecoderOptions(), i =>
        {
            bool isWindowed = p.IsWindowed(i, Period, globalFirst: true);
            bool isPlaced = isWindowed || p.SlidingWindow == 0;
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = isPlaced ? rotary : null, Window = isWindowed ? p.SlidingWindow : 0 };
            return new EarlyRoutedLayer(source, i, new AttentionBlock(source, i, variant), new ExpertFeedForward(source, i, experts));
        });
    }

    /// <summary>SmallThinkerForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const int softMax = 1, sigmoid = 2;
        HyperParameterWriter keys = DecoderKeys.Of("smallthinker", config);
        keys.Set("feed_forward_length", config.Int("moe_ffn_hidden_size"));
        keys.Set("expert_count", config.Int("moe_num_primary_experts"));
        keys.Set("expert_used_count", config.Int("moe_num_active_primary_experts"));
        keys.Set("expert_feed_forward_length", config.Int("moe_ffn_hidden_size"));
        keys.Set("expert_gating_func", config.BoolOr(false, "moe_primary_router_apply_softmax") ? softMax : sigmoid);
        if (config.Ints("sliding_window_layout").Any(isWindowed => isWindowed != 0))
            keys.Set("attention.sliding_window", config.Int("sliding_window_size"));
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention,
            new("layers.*.block_sparse_moe.primary_router.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.block_sparse_moe.experts.#.gate.weight", "blk.*.ffn_gate_exps.weight"),
            new("layers.*.block_sparse_moe.experts.#.up.weight", "blk.*.ffn_up_exps.weight"),
            new("layers.*.block_sparse_moe.experts.#.down.weight", "blk.*.ffn_down_exps.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }

    private sealed class EarlyRoutedLayer(ModelSource source, int index, AttentionBlock attention, ExpertFeedForward experts) : ILayer
    {
        private readonly Norm _attentionNorm = Norm.Load(source, $"blk.{index}.attn_norm", source.Parameters.EmbeddingLength);
        private readonly Norm _feedForwardNorm = Norm.Load(source, $"blk.{index}.ffn_norm", source.Parameters.EmbeddingLength);

        public Tensor Forward(Graph g, Tensor x, StepInputs step)
        {
            Tensor y = g.Add($"blk.{index}.attn_residual", x, attention.Forward(g, _attentionNorm.Forward(g, x), step));
            return g.Add($"blk.{index}.ffn_residual", y, experts.Forward(g, _feedForwardNorm.Forward(g, y), routed: x));
        }
    }
}
