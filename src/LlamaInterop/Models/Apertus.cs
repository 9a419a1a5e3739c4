using LlamaInterop.Gguf;
using LlamaInterop.Models.Blocks;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Models;

/// <summary>
/// Apertus (Swiss AI 2025): Llama's layers with norms of every head of q and k, rotary halves, and in place of the gate an xIELU (Huang &amp;
/// Schlag 2025) whose learned numbers stand in keys without the architecture's prefix, as trained: before their softplus.
/// </summary>
internal static class Apertus
{
    public static IModel Create(ModelSource source)
    {
        var rotary = new Rotary(source, RopeMode.NEOX);
        IReadOnlyList<float> alphaP = Read(source, "alpha_p"), alphaN = Read(source, "alpha_n"), beta = Read(source, "beta"), eps = Read(source, "eps");
        return new Decoder(source, new DecoderOptions(), i =>
        {
            var attention = new AttentionBlock(source, i, AttentionVariant.Of(source, i) with { Rotary = rotary, NeedsHeadNorms = true });
            float[] xielu = [SoftPlus(alphaP[i]), beta[i] + SoftPlus(alphaN[i]), beta[i], eps[i]];
            return Layer.PreNorm(source, i, attention, new FeedForward(source, i, GluKind.XIELU, gated: false, parameters: xielu));
        });
    }

    /// <summary>A number for each layer, stored as one for all or as an array.</summary>
    private static IReadOnlyList<float> Read(ModelSource source, string parameter)
    {
        HyperParameterReader keys = source.Parameters.Keys;
        string name = "xielu." + parameter;
        bool isArray = keys.Metadata.Get(name).Type == GgufValueType.Array;
        float[] values = isArray ? keys.Metadata.GetFloatArray(name) : [.. Enumerable.Repeat(keys.Metadata.GetFloat(name), source.Parameters.Layers)];
        if (values.Length < source.Parameters.Layers)
            throw keys.Wrong(name, $"has {values.Length} elements for {source.Parameters.Layers} layers (block_count)");
        return Array.TrueForAll(values, float.IsFinite) ? values : throw keys.Wrong(name, "has an element that is not finite");
    }

    private static float SoftPlus(float x) => x > 20 ? x : MathF.Log(1 + MathF.Exp(x));

    /// <summary>ApertusForCausalLM: xIELU's numbers are tensors of one element, and its beta and eps are stored beside what is trained.</summary>
    public static CheckpointMap MapOf(ModelConfig config)
    {
        const string activation = "layers.*.mlp.act_fn";
        HyperParameterWriter keys = DecoderKeys.Of("apertus", config);
        int headLength = DecoderKeys.HeadLength(config);
        RotaryConfig rotary = RotaryConfig.Of(config);
        rotary.WriteDimensions(keys, headLength);
        return new CheckpointMap(keys,
        [
            .. LlamaNames.Outer, .. LlamaNames.Attention, .. LlamaNames.HeadNorms, .. LlamaNames.UngatedFeedForward,
            new("layers.*.attention_layernorm.weight", "blk.*.attn_norm.weight"),
            new("layers.*.feedforward_layernorm.weight", "blk.*.ffn_norm.weight"),
        ])
        {
            Dropped = DecoderKeys.TiedHead(config),
            Constants = rotary.Llama3Factors(headLength),
            Numbers = [.. ((string[])["alpha_n", "alpha_p", "beta", "eps"]).Select(name => new NumberRule($"{activation}.{name}", $"xielu.{name}"))],
        };
    }
}
