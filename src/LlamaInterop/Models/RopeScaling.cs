using LlamaInterop.Compute;

namespace LlamaInterop.Models;

/// <summary>How rotary frequencies are stretched to contexts longer than those trained on.</summary>
public enum RopeScalingKind
{
    /// <summary>Frequencies as trained.</summary>
    None,

    /// <summary>Positions divided by a factor (position interpolation, Chen et al. 2023).</summary>
    Linear,

    /// <summary>YaRN (Peng et al. 2023).</summary>
    Yarn,

    /// <summary>Two tensors of factors, one for contexts up to the original length and one beyond (Ding et al. 2024).</summary>
    LongRope,
}

/// <summary>What the user may set in place of the file's rotary settings (llama.cpp's --rope-* and --yarn-*); null keeps the file's.</summary>
public readonly record struct RopeOverrides(
    RopeScalingKind? Scaling = null, float? FrequencyBase = null, float? FrequencyScale = null, int? OriginalContext = null,
    float? YarnExtFactor = null, float? YarnAttentionFactor = null, float? YarnBetaFast = null, float? YarnBetaSlow = null);

/// <summary>The rotary position settings of a model, read from <c>ARCH.rope.*</c>.</summary>
internal sealed record RopeParameters(RopeScalingKind Scaling, RopeFrequencies Frequencies)
{
    public static RopeParameters Read(HyperParameterReader keys, int headDim, int contextLength, RopeOverrides overrides)
    {
        int rotated = keys.Size("rope.dimension_count", headDim, 0);
        if (rotated < 2 || rotated > headDim || rotated % 2 != 0)
            throw keys.Contradicts("rope.dimension_count", $"is {rotated}, but must be even and from 2 to the head's {headDim}");
        RopeScalingKind scaling = overrides.Scaling ?? ReadScaling(keys);
        float fileScale = scaling == RopeScalingKind.LongRope ? 1 : ReadScale(keys);
        var frequencies = new RopeFrequencies(
            rotated,
            Base: overrides.FrequencyBase ?? keys.Float("rope.freq_base", 10000f),
            Scale: scaling == RopeScalingKind.None ? 1 : overrides.FrequencyScale ?? fileScale,
            ExtFactor: overrides.YarnExtFactor ?? keys.Float("rope.scaling.yarn_ext_factor", scaling == RopeScalingKind.Yarn ? 1 : 0),
            AttentionFactor: overrides.YarnAttentionFactor ?? keys.Float("rope.scaling.attn_factor", 1),
            BetaFast: overrides.YarnBetaFast ?? keys.Float("rope.scaling.yarn_beta_fast", 32),
            BetaSlow: overrides.YarnBetaSlow ?? keys.Float("rope.scaling.yarn_beta_slow", 1),
            OriginalContext: overrides.OriginalContext ?? keys.Size("rope.scaling.original_context_length", contextLength, max: int.MaxValue));
        Check(keys, frequencies);
        return new RopeParameters(scaling, frequencies);
    }

    private static RopeScalingKind ReadScaling(HyperParameterReader keys)
    {
        string key = keys.FullName("rope.scaling.type");
        return keys.Metadata.GetStringOrDefault(key, "linear") switch
        {
            "none" => RopeScalingKind.None,
            "linear" => RopeScalingKind.Linear,
            "yarn" => RopeScalingKind.Yarn,
            "longrope" => RopeScalingKind.LongRope,
            string other => throw keys.Wrong(key, $"is '{other}', known are none, linear, yarn and longrope"),
        };
    }

    /// <summary>0 in a file means that nobody set it.</summary>
    private static float ReadScale(HyperParameterReader keys)
    {
        string key = keys.Has("rope.scaling.factor") ? "rope.scaling.factor" : "rope.scale_linear";
        float factor = keys.Float(key, 0);
        float scale = factor == 0 ? 1 : 1 / factor;
        return scale > 0 && float.IsFinite(scale) ? scale : throw keys.Wrong(keys.FullName(key), $"is {factor}, but must be above 0");
    }

    /// <summary>Whoever set them, the file or the user.</summary>
    private static void Check(HyperParameterReader keys, RopeFrequencies f)
    {
        static bool IsPositive(float value) => value > 0 && float.IsFinite(value);
        if (!IsPositive(f.Base))
            throw keys.Wrong(keys.FullName("rope.freq_base"), $"is {f.Base}, but must be above 0");
        if (!IsPositive(f.Scale))
            throw keys.Wrong(keys.FullName("rope.scaling.factor"), $"gives the frequency scale {f.Scale}, but it must be above 0");
        if (!IsPositive(f.BetaFast))
            throw keys.Wrong(keys.FullName("rope.scaling.yarn_beta_fast"), $"is {f.BetaFast}, but must be above 0");
        if (!IsPositive(f.BetaSlow))
            throw keys.Wrong(keys.FullName("rope.scaling.yarn_beta_slow"), $"is {f.BetaSlow}, but must be above 0");
        if (!float.IsFinite(f.AttentionFactor))
            throw keys.Wrong(keys.FullName("rope.scaling.attn_factor"), "is not finite");
        if (!float.IsFinite(f.ExtFactor))
            throw keys.Wrong(keys.FullName("rope.scaling.yarn_ext_factor"), "is not finite");
        if (f.ExtFactor != 0 && f.Base <= 1)
            throw keys.Wrong(keys.FullName("rope.freq_base"), $"is {f.Base}, but must be above 1 with YaRN, which needs wavelengths");
        if (f.OriginalContext < 1)
            throw keys.Wrong(keys.FullName("rope.scaling.original_context_length"), $"is {f.OriginalContext}, but must be at least 1");
    }
}
