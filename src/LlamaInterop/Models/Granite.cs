using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Granite 3 and 4 (Granite Team, IBM 2024): Llama's layers with factors from the file for the embedding, the scores and the residuals, and
/// a divisor of the logits; in the MoE models experts, beside a shared one where the file has it. <c>rope.scaling.finetuned</c> = false leaves the rotary positions out.
/// </summary>
internal static class Granite
{
    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        Rotary? rotary = p.Keys.Bool("rope.scaling.finetuned", true) ? new Rotary(source, RopeMode.NORM) : null;
        var options = new DecoderOptions { EmbeddingScale = p.Factor("embedding_scale"), LogitScale = 1 / p.Factor("logit_scale") };
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: true);
        float residualScale = p.Factor("residual_scale");
        return new Decoder(source, options, i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary });
            return Layer.PreNorm(source, i, attention, ExpertFeedForward.OrDense(source, i, experts), residualScale: residualScale);
        });
    }

    /// <summary>GraniteForCausalLM.</summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf("granite", config, []);

    /// <summary>GraniteMoeForCausalLM and GraniteMoeSharedForCausalLM: gate and up of all experts in one tensor, gate first.</summary>
    public static CheckpointMap MapOfMoe(ModelConfig config)
    {
        return MapOf("granitemoe", config, Experts(config));
    }

    /// <summary>Experts and the shared one, gate before up in one tensor; without experts the shared one is the feed-forward.</summary>
    public static TensorRule[] Experts(ModelConfig config)
    {
        int width = config.Int("intermediate_size"), shared = config.IntOr(0, "shared_intermediate_size");
        string ending = config.IntOr(0, "num_local_experts") > 0 ? "_shexp" : "";
        return
        [
            new("layers.*.block_sparse_moe.router.layer.weight", "blk.*.ffn_gate_inp.weight"),
            new("layers.*.block_sparse_moe.input_linear.weight", "blk.*.ffn_gate_exps.weight", new SlicedAxis(1, 0, width)),
            new("layers.*.block_sparse_moe.input_linear.weight", "blk.*.ffn_up_exps.weight", new SlicedAxis(1, width, width)),
            new("layers.*.block_sparse_moe.output_linear.weight", "blk.*.ffn_down_exps.weight"),
            new("layers.*.shared_mlp.input_linear.weight", $"blk.*.ffn_gate{ending}.weight", TensorChange.Rows(0, shared)),
            new("layers.*.shared_mlp.input_linear.weight", $"blk.*.ffn_up{ending}.weight", TensorChange.Rows(shared, shared)),
            new("layers.*.shared_mlp.output_linear.weight", $"blk.*.ffn_down{ending}.weight"),
        ];
    }

    /// <summary>The keys, with Granite's factors.</summary>
    public static HyperParameterWriter KeysOf(string architecture, ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        DecoderKeys.SetNumberIfThere(keys, config, "attention.scale", "attention_multiplier");
        DecoderKeys.SetNumberIfThere(keys, config, "embedding_scale", "embedding_multiplier");
        DecoderKeys.SetNumberIfThere(keys, config, "residual_scale", "residual_multiplier");
        DecoderKeys.SetNumberIfThere(keys, config, "logit_scale", "logits_scaling");
        DecoderKeys.SetIfThere(keys, config, "expert_shared_feed_forward_length", "shared_intermediate_size");
        RotaryConfig.Of(config).WriteDimensions(keys, DecoderKeys.HeadLength(config));
        return keys;
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config, TensorRule[] experts) =>
        new(KeysOf(architecture, config), [.. LlamaNames.PermutedDecoder(config), .. experts]) { Dropped = DecoderKeys.TiedHead(config) };
}
