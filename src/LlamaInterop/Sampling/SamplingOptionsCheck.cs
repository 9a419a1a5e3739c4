using System.Globalization;

namespace LlamaInterop.Sampling;

/// <summary>The range of each option, and the message where a value lies outside.</summary>
internal static class SamplingOptionsCheck
{
    /// <summary>The longest window of last tokens; longer ones are refused before memory is taken for them.</summary>
    private const int LongestWindow = 1 << 20;

    public static void Run(SamplingOptions options)
    {
        Finite("temp", options.Temperature);
        AtLeast("dynatemp_range", options.DynamicTemperatureRange, 0);
        AtLeast("dynatemp_exponent", options.DynamicTemperatureExponent, 0);
        Probability("top_p", options.TopP);
        Probability("min_p", options.MinP);
        Probability("typ_p", options.TypicalP);
        Probability("tfs_z", options.TailFreeZ);
        Finite("top_n_sigma", options.TopNSigma);
        Probability("xtc_probability", options.XtcProbability);
        Probability("xtc_threshold", options.XtcThreshold);
        AtLeast("min_keep", options.MinKeep, 0);
        CheckPenalties(options);
        CheckMirostat(options);
        CheckLists(options);
    }

    private static void CheckPenalties(SamplingOptions options)
    {
        Window("repeat_last_n", options.RepeatLastN);
        Finite("repeat_penalty", options.RepeatPenalty);
        if (options.RepeatPenalty <= 0 || !float.IsFinite(1 / options.RepeatPenalty))
            throw Refuse("repeat_penalty", options.RepeatPenalty, "must be greater than 0");
        Finite("frequency_penalty", options.FrequencyPenalty);
        Finite("presence_penalty", options.PresencePenalty);
        AtLeast("dry_multiplier", options.DryMultiplier, 0);
        AtLeast("dry_base", options.DryBase, 0);
        AtLeast("dry_allowed_length", options.DryAllowedLength, 0);
        Window("dry_penalty_last_n", options.DryPenaltyLastN);
    }

    private static void CheckMirostat(SamplingOptions options)
    {
        if (options.Mirostat is < 0 or > 2)
            throw Refuse("mirostat", options.Mirostat, "must be 0, 1 or 2");
        AtLeast("mirostat_ent", options.MirostatTau, 0);
        AtLeast("mirostat_lr", options.MirostatEta, 0);
    }

    private static void CheckLists(SamplingOptions options)
    {
        foreach (var bias in options.LogitBias)
        {
            if (bias.Token < 0)
                throw Refuse("logit_bias", bias.Token, "is no token id");
            if (float.IsNaN(bias.Bias))
                throw new SamplingException($"logit_bias: the bias of token {bias.Token} is not a number");
        }
        // Throws where a kind is no defined one.
        SamplerOrder.ToNames(options.Samplers);
    }

    private static void Finite(string name, float value)
    {
        if (!float.IsFinite(value))
            throw Refuse(name, value, "must be a finite number");
    }

    private static void AtLeast(string name, float value, float minimum)
    {
        Finite(name, value);
        if (value < minimum)
            throw Refuse(name, value, string.Create(CultureInfo.InvariantCulture, $"must be {minimum} or more"));
    }

    private static void Probability(string name, float value)
    {
        if (!(value >= 0 && value <= 1))
            throw Refuse(name, value, "must be between 0 and 1");
    }

    private static void Window(string name, int value)
    {
        if (value is < -1 or > LongestWindow)
            throw Refuse(name, value, $"must be between -1 and {LongestWindow}");
    }

    private static SamplingException Refuse(string name, float value, string reason) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name}: {value} {reason}"));
}
