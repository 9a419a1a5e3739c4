using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Llama 4 (Meta 2025). Three layers of four rotate q and k, norm them (not in Maverick, known by its 128 experts) and see their chunk of
/// 8192 positions; the fourth has no positions and sees all, with queries that grow with the distance. One expert of a layer is chosen,
/// its weight multiplies its input, and a shared one joins it.
/// </summary>
internal static class Llama4
{
    private const int FullPeriod = 4;
    private const int Chunk = 8192;
    private const int ExpertsOfMaverick = 128;
    private const float TemperatureFactor = 0.1f;

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NORM);
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SIGMOID, renormalize: false) with { WeighsInput = true };
        bool norms = source.Parameters.Experts.Count != ExpertsOfMaverick;
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant full = AttentionVariant.Of(source, i) with { Temperature = new AttentionTemperature(TemperatureFactor, Chunk, 1) };
            AttentionVariant chunked = AttentionVariant.Of(source, i) with
            {
                Rotary = rotary,
                Window = Chunk,
                WindowKind = WindowKind.CHUNKED,
                PlainHeadNorms = norms,
                NormsAfterRotation = true,
            };
            var attention = new AttentionBlock(source, i, i % FullPeriod == FullPeriod - 1 ? full : chunked);
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts));
        });
    }

    /// <summary>Llama4ForCausalLM, and the text of Llama4ForConditionalGeneration: experts stored [experts, inputs, outputs], gate before up.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const string feedForward = "layers.*.feed_forward";
        int width = config.Int("intermediate_size");
        HyperParameterWriter keys = DecoderKeys.Of("llama4", config);
        keys.Set("feed_forward_length", config.Int("intermediate_size_mlp"));
        keys.Set("expert_feed_forward_length", width);
        keys.Set("interleave_moe_layer_step", config.IntOr(1, "interleave_moe_layer_step"));
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, DecoderKeys.HeadLength(config));
        TensorChange transposed = new SwappedAxes(1, 2);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LlamaNames.Attention,
            new($"{feedForward}.gate_proj.weight", "blk.*.ffn_gate.weight"),
            new($"{feedForward}.up_proj.weight", "blk.*.ffn_up.weight"),
            new($"{feedForward}.down_proj.weight", "blk.*.ffn_down.weight"),
            new($"{feedForward}.router.weight", "blk.*.ffn_gate_inp.weight"),
            new($"{feedForward}.experts.gate_up_proj", "blk.*.ffn_gate_exps.weight", transposed, new SlicedAxis(1, 0, width)),
            new($"{feedForward}.experts.gate_up_proj", "blk.*.ffn_up_exps.weight", transposed, new SlicedAxis(1, width, width)),
            new($"{feedForward}.experts.down_proj", "blk.*.ffn_down_exps.weight", transposed),
            new($"{feedForward}.shared_expert.gate_proj.weight", "blk.*.ffn_gate_shexp.weight"),
            new($"{feedForward}.shared_expert.up_proj.weight", "blk.*.ffn_up_shexp.weight"),
            new($"{feedForward}.shared_expert.down_proj.weight", "blk.*.ffn_down_shexp.weight"),
        ])
        {
            Dropped = ["vision_model.**", "multi_modal_projector.**", .. DecoderKeys.TiedHead(config)],
            Constants = rotary.Llama3Factors(DecoderKeys.HeadLength(config)),
        };
    }
}
