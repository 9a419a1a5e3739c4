using LlamaInterop.Compute;
using LlamaInterop.Gguf;

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
    public static RopeParameters Read(GgufMetadata metadata, string arch, int headDim, int contextLength, RopeOverrides overrides)
    {
        int rotated = metadata.GetInt32OrDefault($"{arch}.rope.dimension_count", headDim);
        if (rotated < 2 || rotated > headDim || rotated % 2 != 0)
            throw new ModelException($"{metadata.Path}: {arch}.rope.dimension_count is {rotated}, but must be even and from 2 to the head's {headDim}");
        RopeScalingKind scaling = overrides.Scaling ?? ReadScaling(metadata, arch);
        float factor = metadata.GetFloatOrDefault($"{arch}.rope.scaling.factor", metadata.GetFloatOrDefault($"{arch}.rope.scale_linear", 0));
        float fileScale = factor == 0 || scaling == RopeScalingKind.LongRope ? 1 : 1 / factor;
        float scale = scaling == RopeScalingKind.None ? 1 : overrides.FrequencyScale ?? fileScale;
        int original = overrides.OriginalContext ?? metadata.GetInt32OrDefault($"{arch}.rope.scaling.original_context_length", contextLength);
        var frequencies = new RopeFrequencies(
            rotated,
            Base: overrides.FrequencyBase ?? metadata.GetFloatOrDefault($"{arch}.rope.freq_base", 10000f),
            Scale: scale,
            ExtFactor: overrides.YarnExtFactor ?? metadata.GetFloatOrDefault($"{arch}.rope.scaling.yarn_ext_factor", scaling == RopeScalingKind.Yarn ? 1 : 0),
            AttentionFactor: overrides.YarnAttentionFactor ?? metadata.GetFloatOrDefault($"{arch}.rope.scaling.attn_factor", 1),
            BetaFast: overrides.YarnBetaFast ?? metadata.GetFloatOrDefault($"{arch}.rope.scaling.yarn_beta_fast", 32),
            BetaSlow: overrides.YarnBetaSlow ?? metadata.GetFloatOrDefault($"{arch}.rope.scaling.yarn_beta_slow", 1),
            OriginalContext: original);
        Check(metadata, arch, frequencies);
        return new RopeParameters(scaling, frequencies);
    }

    private static RopeScalingKind ReadScaling(GgufMetadata metadata, string arch)
    {
        string key = $"{arch}.rope.scaling.type";
        return metadata.GetStringOrDefault(key, "linear") switch
        {
            "none" => RopeScalingKind.None,
            "linear" => RopeScalingKind.Linear,
            "yarn" => RopeScalingKind.Yarn,
            "longrope" => RopeScalingKind.LongRope,
            string other => throw new ModelException($"{metadata.Path}: {key} is '{other}', known are none, linear, yarn and longrope"),
        };
    }

    private static void Check(GgufMetadata metadata, string arch, RopeFrequencies f)
    {
        if (!(f.Base > 0) || !float.IsFinite(f.Base))
            throw new ModelException($"{metadata.Path}: {arch}.rope.freq_base is {f.Base}, but must be above 0");
        if (!(f.Scale > 0) || !float.IsFinite(f.Scale))
            throw new ModelException($"{metadata.Path}: {arch}.rope.scaling.factor gives the frequency scale {f.Scale}, but it must be above 0");
        if (!float.IsFinite(f.AttentionFactor) || !float.IsFinite(f.BetaFast) || !float.IsFinite(f.BetaSlow) || !float.IsFinite(f.ExtFactor))
            throw new ModelException($"{metadata.Path}: {arch}.rope.scaling.* has a value that is not finite");
        if (f.ExtFactor != 0)
            CheckYarn(metadata, arch, f);
        if (f.OriginalContext < 1)
            throw new ModelException($"{metadata.Path}: {arch}.rope.scaling.original_context_length is {f.OriginalContext}, but must be at least 1");
    }
    /// <summary>A base of 1 has no wavelengths, and no number of turns is below 0.</summary>
    private static void CheckYarn(GgufMetadata metadata, string arch, RopeFrequencies f)
    {
        if (f.Base <= 1)
            throw new ModelException($"{metadata.Path}: {arch}.rope.freq_base is {f.Base}, but must be above 1 with YaRN");
        if (f.BetaFast <= 0 || f.BetaSlow <= 0)
            throw new ModelException($"{metadata.Path}: {arch}.rope.scaling.yarn_beta_fast and yarn_beta_slow are {f.BetaFast} and {f.BetaSlow}, but must be above 0");
    }
}
