using LlamaInterop.Sampling;

namespace LlamaInterop.Cli.Options;

/// <summary>The sampling flags as the library's options.</summary>
internal static class SamplingMapping
{
    /// <exception cref="UsageException">A value is out of range or cannot be read; the message names it.</exception>
    public static SamplingOptions ToSamplingOptions(this SamplingFlags flags)
    {
        try
        {
            var options = Map(flags);
            options.Validate();
            return options;
        }
        catch (SamplingException error)
        {
            throw new UsageException(error.Message);
        }
    }

    private static SamplingOptions Map(SamplingFlags flags) => new()
    {
        Seed = ReadSeed(flags.Seed),
        Samplers = ReadOrder(flags),
        Temperature = flags.Temperature,
        DynamicTemperatureRange = flags.DynamicTemperatureRange,
        DynamicTemperatureExponent = flags.DynamicTemperatureExponent,
        TopK = flags.TopK,
        TopP = flags.TopP,
        MinP = flags.MinP,
        TypicalP = flags.Typical,
        TailFreeZ = flags.TailFree,
        TopNSigma = flags.TopNSigma,
        XtcProbability = flags.XtcProbability,
        XtcThreshold = flags.XtcThreshold,
        RepeatLastN = flags.RepeatLastN,
        RepeatPenalty = flags.RepeatPenalty,
        FrequencyPenalty = flags.FrequencyPenalty,
        PresencePenalty = flags.PresencePenalty,
        DryMultiplier = flags.DryMultiplier,
        DryBase = flags.DryBase,
        DryAllowedLength = flags.DryAllowedLength,
        DryPenaltyLastN = flags.DryLastN,
        DrySequenceBreakers = ReadBreakers(flags),
        Mirostat = flags.Mirostat,
        MirostatTau = flags.MirostatTau,
        MirostatEta = flags.MirostatEta,
        LogitBias = [.. flags.LogitBias.Select(LogitBias.Parse)],
        IgnoreEos = flags.IgnoreEos,
    };

    private static uint ReadSeed(long seed) => seed switch
    {
        -1 => SamplingOptions.RandomSeed,
        >= 0 and <= uint.MaxValue => (uint)seed,
        _ => throw new UsageException($"--seed: {seed} is not -1 or a number from 0 to {uint.MaxValue}"),
    };

    /// <summary>The order as given; without one the default, with tail-free sampling in its old place when it is asked for.</summary>
    private static IReadOnlyList<SamplerKind> ReadOrder(SamplingFlags flags)
    {
        if (flags.Samplers is not null && flags.SamplerSequence is not null)
            throw new UsageException("only one of --samplers and --sampler-seq can be given");
        if (flags.Samplers is not null)
            return SamplerOrder.ParseNames(flags.Samplers);
        if (flags.SamplerSequence is not null)
            return SamplerOrder.ParseCharacters(flags.SamplerSequence);
        return flags.TailFree == 1
            ? SamplerOrder.Default
            : [.. SamplerOrder.Default.SelectMany<SamplerKind, SamplerKind>(kind => kind == SamplerKind.TypicalP ? [SamplerKind.TailFree, kind] : [kind])];
    }

    private static IReadOnlyList<string> ReadBreakers(SamplingFlags flags) => flags.DryBreakers.ToArray() switch
    {
        [] => new SamplingOptions().DrySequenceBreakers,
        ["none"] => [],
        var given => given,
    };
}
