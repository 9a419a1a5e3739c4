using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// BitNet b1.58 (Ma et al. 2024): Llama's layers with rotary halves, weights of three values with one scale a matrix, and norms before the
/// output and down projections.
/// </summary>
internal static class BitNet
{
    private const string ActivationKey = "hidden_activation";

    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        GluKind activation = ActivationOf(source.Parameters.Keys);
        return new Decoder(source, new DecoderOptions(), i =>
        {
            AttentionVariant variant = AttentionVariant.Of(source, i) with { Rotary = rotary };
            source.Weights.Vector($"blk.{i}.attn_sub_norm.weight", (long)variant.Heads * variant.ValueLength);
            var attention = new AttentionBlock(source, i, variant);
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, activation));
        });
    }

    /// <summary>The feed-forward's: SiLU in the first models, a squared ReLU in those of 2025 (Ma et al. 2025).</summary>
    private static GluKind ActivationOf(HyperParameterReader keys) => keys.Metadata.GetStringOrDefault(keys.FullName(ActivationKey), "silu") switch
    {
        "silu" => GluKind.SILU,
        "relu2" => GluKind.RELU_SQUARED,
        string other => throw keys.Wrong(keys.FullName(ActivationKey), $"is '{other}', known are silu and relu2"),
    };

    /// <summary>BitNetForCausalLM; weights that are to be ternary at inference (quantization_config) become so here.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        HyperParameterWriter keys = DecoderKeys.Of("bitnet", config);
        keys.Set("rope.scaling.type", "linear");
        keys.Set("rope.scaling.factor", 1f);
        if (config.StringOrNull("hidden_act") is { } activation)
            keys.Set(ActivationKey, activation);
        TensorChange[] changes = config.Section("quantization_config")?.StringOrNull("quant_method") == "bitnet" ? [TensorChange.Ternary] : [];
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.PreNorms,
            .. LlamaNames.Attention.With(changes), .. LlamaNames.FeedForward.With(changes),
            new("layers.*.self_attn.attn_sub_norm.weight", "blk.*.attn_sub_norm.weight"),
            new("layers.*.self_attn.inner_attn_ln.weight", "blk.*.attn_sub_norm.weight"),
            new("layers.*.mlp.ffn_sub_norm.weight", "blk.*.ffn_sub_norm.weight"),
            new("layers.*.mlp.ffn_layernorm.weight", "blk.*.ffn_sub_norm.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
        };
    }
}
