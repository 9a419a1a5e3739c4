using LlamaInterop.Compute;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// DeepSeek V2 (DeepSeek-AI 2024) and V3 with R1 (DeepSeek-AI 2025): latent attention, dense layers at the start, then experts beside
/// shared ones. V3 gates by sigmoid with a bias for the choice alone, and chooses groups first; the file says which. So do
/// Mistral Large 3 and Mistral Small 4 (Mistral AI 2025, 2026), whose queries grow with their position.
/// </summary>
internal static class DeepSeek2
{
    private const float MaxLogMultiplier = 1000;

    public static IModel Create(ModelSource source)
    {
        HyperParameters p = source.Parameters;
        RopeFrequencies frequencies = p.Rope.Frequencies;
        float stretch = MathF.Log(1 / frequencies.Scale);
        var rotary = new Rotary(source, RopeMode.NORM, WithoutYarnsFactor(frequencies, stretch));
        float magnitude = 1 + (p.Float("rope.scaling.yarn_log_multiplier", 0, min: -MaxLogMultiplier, max: MaxLogMultiplier) * stretch);
        LatentVariant variant = LatentVariant.Of(source, rotary);
        variant = variant with { Scale = magnitude * magnitude * variant.Scale, Temperature = AttentionTemperature.Of(p, "attention.temperature_length") };
        ExpertVariant experts = ExpertVariant.Of(source, GatingKind.SOFT_MAX, renormalize: false);
        return new Decoder(source, new DecoderOptions(), i =>
            Layer.PreNorm(source, i, new LatentAttention(source, i, variant), ExpertFeedForward.OrDense(source, i, experts)));
    }

    /// <summary>YaRN's factor of cosines and sines stands in the scale of the scores instead, which reaches the part without positions too.</summary>
    private static RopeFrequencies WithoutYarnsFactor(RopeFrequencies f, float stretch) =>
        f.ExtFactor == 0 ? f : f with { AttentionFactor = f.AttentionFactor / (1 + (0.1f * stretch)) };

    /// <summary>
    /// DeepseekV2ForCausalLM and DeepseekV3ForCausalLM: "kv_b_proj" holds, of every head, what makes keys of the compressed rows, which a
    /// file has transposed, and what makes values. Layers that predict further tokens are left out.
    /// </summary>
    public static CheckpointMap MapOf(ModelConfig config) => MapOf("deepseek2", config);

    /// <summary>Mistral4ForCausalLM, and the text of Mistral3ForConditionalGeneration around it: experts in one tensor, queries that grow with their position.</summary>
    public static CheckpointMap MapOfMistral(ModelConfig config)
    {
        CheckpointMap map = MapOf("mistral4", config);
        if (RotaryConfig.Of(config) is { Section: { } section } rotary && section.Has("llama_4_scaling_beta"))
        {
            map.Keys.Set("attention.temperature_scale", section.Float("llama_4_scaling_beta"));
            map.Keys.Set("attention.temperature_length", rotary.OriginalContext);
        }
        return map with
        {
            Tensors = [.. map.Tensors, .. ExpertNames.Stacked(config.Int("moe_intermediate_size"))],
            Dropped = [.. map.Dropped, "vision_tower.**", "multi_modal_projector.**"],
        };
    }

    private static CheckpointMap MapOf(string architecture, ModelConfig config)
    {
        int heads = DecoderKeys.Heads(config), plain = config.Int("qk_nope_head_dim"), value = config.Int("v_head_dim");
        return new CheckpointMap(KeysOf(architecture, config, plain, value),
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms, .. LatentNames.Attention, .. LlamaNames.FeedForward,
            new("layers.*.self_attn.kv_b_proj.weight", "blk.*.attn_k_b.weight",
                TensorChange.Rows(0, plain, heads), new NewShape(heads, plain, config.Int("kv_lora_rank")), new SwappedAxes(1, 2)),
            new("layers.*.self_attn.kv_b_proj.weight", "blk.*.attn_v_b.weight",
                TensorChange.Rows(plain, value, heads), new NewShape(heads, value, config.Int("kv_lora_rank"))),
            .. ExpertNames.Separate, .. ExpertNames.SharedWithoutGate, .. ExpertNames.SelectionBias,
        ])
        {
            Dropped = [.. DecoderKeys.FurtherLayers(config), .. DecoderKeys.TiedHead(config)],
        };
    }

    private static HyperParameterWriter KeysOf(string architecture, ModelConfig config, int plain, int value)
    {
        HyperParameterWriter keys = DecoderKeys.Of(architecture, config);
        int rank = config.Int("kv_lora_rank"), rotated = config.Int("qk_rope_head_dim");
        keys.Set("attention.head_count_kv", 1);
        DecoderKeys.SetIfThere(keys, config, "attention.q_lora_rank", "q_lora_rank");
        keys.Set("attention.kv_lora_rank", rank);
        keys.Set("attention.key_length", rank + rotated);
        keys.Set("attention.value_length", rank);
        keys.Set("attention.key_length_mla", plain + rotated);
        keys.Set("attention.value_length_mla", value);
        keys.Set("rope.dimension_count", rotated);
        DecoderKeys.SetDenseAndShared(keys, config);
        if (RotaryConfig.Of(config).Section is { } section && section.Has("mscale_all_dim"))
            keys.Set("rope.scaling.yarn_log_multiplier", 0.1f * section.Float("mscale_all_dim"));
        return keys;
    }
}
