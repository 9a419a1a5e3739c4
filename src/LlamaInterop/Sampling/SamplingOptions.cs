using System.Globalization;

namespace LlamaInterop.Sampling;

/// <summary>How tokens are chosen: llama.cpp's options and defaults (as of August 2026).</summary>
public sealed record SamplingOptions
{
    /// <summary>The <see cref="Seed"/> that stands for a random one: -1 as an unsigned number.</summary>
    public const uint RandomSeed = 0xFFFFFFFF;

    /// <summary>The seed of all random draws; <see cref="SamplerChain.Seed"/> tells the one in use.</summary>
    public uint Seed { get; init; } = RandomSeed;

    /// <summary>The chain's order; a sampler that is left out is not applied.</summary>
    public IReadOnlyList<SamplerKind> Samplers { get; init; } = SamplerOrder.Default;

    /// <summary>temp: 0 or less is greedy.</summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>dynatemp_range: 0 is a fixed temperature.</summary>
    public float DynamicTemperatureRange { get; init; }

    /// <summary>dynatemp_exponent: how entropy maps to temperature.</summary>
    public float DynamicTemperatureExponent { get; init; } = 1;

    /// <summary>top_k: 0 or less keeps all.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>top_p: 1 keeps all.</summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>min_p: 0 keeps all.</summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>typ_p (typical): 1 keeps all.</summary>
    public float TypicalP { get; init; } = 1;

    /// <summary>tfs_z: 1 keeps all. Only where <see cref="Samplers"/> names tfs.</summary>
    public float TailFreeZ { get; init; } = 1;

    /// <summary>top_n_sigma: 0 or less keeps all.</summary>
    public float TopNSigma { get; init; } = -1;

    /// <summary>xtc_probability: the chance that top choices are excluded; 0 is never.</summary>
    public float XtcProbability { get; init; }

    /// <summary>xtc_threshold: the probability that makes a top choice; above 0.5 there can be no two.</summary>
    public float XtcThreshold { get; init; } = 0.1f;

    /// <summary>min_keep: how many candidates top-p, min-p, typical, tail-free and XTC leave at least.</summary>
    public int MinKeep { get; init; }

    /// <summary>repeat_last_n: how many of the last tokens the penalties look at; 0 is none, -1 the context's length.</summary>
    public int RepeatLastN { get; init; } = 64;

    /// <summary>repeat_penalty: 1 is none.</summary>
    public float RepeatPenalty { get; init; } = 1;

    /// <summary>frequency_penalty: 0 is none.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>presence_penalty: 0 is none.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>dry_multiplier: 0 is no DRY.</summary>
    public float DryMultiplier { get; init; }

    /// <summary>dry_base: below 1 there is no DRY.</summary>
    public float DryBase { get; init; } = 1.75f;

    /// <summary>dry_allowed_length: repetitions shorter than this are free.</summary>
    public int DryAllowedLength { get; init; } = 2;

    /// <summary>dry_penalty_last_n: how many of the last tokens DRY searches; 0 is none, -1 the context's length.</summary>
    public int DryPenaltyLastN { get; init; } = 64;

    /// <summary>dry_sequence_breakers, as text; <see cref="DryBreakers.FromText"/> makes them the tokens that the chain needs.</summary>
    public IReadOnlyList<string> DrySequenceBreakers { get; init; } = ["\n", ":", "\"", "*"];

    /// <summary>mirostat: 0 off, 1 or 2 the version; when on, only logit bias and temperature come before it.</summary>
    public int Mirostat { get; init; }

    /// <summary>mirostat_ent (tau): the target surprise in bits.</summary>
    public float MirostatTau { get; init; } = 5;

    /// <summary>mirostat_lr (eta): the learning rate.</summary>
    public float MirostatEta { get; init; } = 0.1f;

    /// <summary>logit_bias: added to the logits first of all.</summary>
    public IReadOnlyList<LogitBias> LogitBias { get; init; } = [];

    /// <summary>ignore_eos: forbids the tokens that end a generation.</summary>
    public bool IgnoreEos { get; init; }

    /// <summary>Checks every option that does not depend on the model.</summary>
    /// <exception cref="SamplingException">An option is out of range; the message names it, its value and the range.</exception>
    public void Validate() => SamplingOptionsCheck.Run(this);

    /// <summary>The parameters in four lines, as llama.cpp prints them before it generates.</summary>
    public string Describe() => string.Create(CultureInfo.InvariantCulture, $"""
        repeat_last_n = {RepeatLastN}, repeat_penalty = {RepeatPenalty:F3}, frequency_penalty = {FrequencyPenalty:F3}, presence_penalty = {PresencePenalty:F3}
        dry_multiplier = {DryMultiplier:F3}, dry_base = {DryBase:F3}, dry_allowed_length = {DryAllowedLength}, dry_penalty_last_n = {DryPenaltyLastN}
        top_k = {TopK}, tfs_z = {TailFreeZ:F3}, top_p = {TopP:F3}, min_p = {MinP:F3}, xtc_probability = {XtcProbability:F3}, xtc_threshold = {XtcThreshold:F3}, typical_p = {TypicalP:F3}, top_n_sigma = {TopNSigma:F3}, temp = {Temperature:F3}
        mirostat = {Mirostat}, mirostat_lr = {MirostatEta:F3}, mirostat_ent = {MirostatTau:F3}
        """);
}
