using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class SamplingOptionsTests
{
    [Test]
    public void DefaultsAreValid() => Assert.That(() => new SamplingOptions().Validate(), Throws.Nothing);

    private static IEnumerable<TestCaseData> Refused()
    {
        var o = new SamplingOptions();
        yield return new(o with { Temperature = float.NaN }, "temp: NaN must be a finite number");
        yield return new(o with { DynamicTemperatureRange = -1 }, "dynatemp_range: -1 must be 0 or more");
        yield return new(o with { DynamicTemperatureExponent = float.PositiveInfinity }, "dynatemp_exponent: Infinity must be a finite number");
        yield return new(o with { TopP = 1.5f }, "top_p: 1.5 must be between 0 and 1");
        yield return new(o with { TopP = float.NaN }, "top_p: NaN must be between 0 and 1");
        yield return new(o with { MinP = -0.1f }, "min_p: -0.1 must be between 0 and 1");
        yield return new(o with { TypicalP = 2 }, "typ_p: 2 must be between 0 and 1");
        yield return new(o with { TailFreeZ = 2 }, "tfs_z: 2 must be between 0 and 1");
        yield return new(o with { TopNSigma = float.NaN }, "top_n_sigma: NaN must be a finite number");
        yield return new(o with { XtcProbability = -1 }, "xtc_probability: -1 must be between 0 and 1");
        yield return new(o with { XtcThreshold = 3 }, "xtc_threshold: 3 must be between 0 and 1");
        yield return new(o with { MinKeep = -1 }, "min_keep: -1 must be 0 or more");
        yield return new(o with { RepeatLastN = -2 }, "repeat_last_n: -2 must be between -1 and 1048576");
        yield return new(o with { RepeatLastN = int.MaxValue }, "repeat_last_n: 2.1474836E+09 must be between -1 and 1048576");
        yield return new(o with { RepeatPenalty = 0 }, "repeat_penalty: 0 must be greater than 0");
        yield return new(o with { RepeatPenalty = float.NaN }, "repeat_penalty: NaN must be a finite number");
        yield return new(o with { FrequencyPenalty = float.NaN }, "frequency_penalty: NaN must be a finite number");
        yield return new(o with { PresencePenalty = float.NaN }, "presence_penalty: NaN must be a finite number");
        yield return new(o with { DryMultiplier = -1 }, "dry_multiplier: -1 must be 0 or more");
        yield return new(o with { DryBase = float.NaN }, "dry_base: NaN must be a finite number");
        yield return new(o with { DryAllowedLength = -1 }, "dry_allowed_length: -1 must be 0 or more");
        yield return new(o with { DryPenaltyLastN = -5 }, "dry_penalty_last_n: -5 must be between -1 and 1048576");
        yield return new(o with { Mirostat = 3 }, "mirostat: 3 must be 0, 1 or 2");
        yield return new(o with { MirostatTau = -1 }, "mirostat_ent: -1 must be 0 or more");
        yield return new(o with { MirostatEta = float.NaN }, "mirostat_lr: NaN must be a finite number");
        yield return new(o with { LogitBias = [new(-3, 1)] }, "logit_bias: -3 is no token id");
        yield return new(o with { LogitBias = [new(3, float.NaN)] }, "logit_bias: the bias of token 3 is not a number");
        yield return new(o with { Samplers = [(SamplerKind)99] }, "samplers: 99 is no sampler");
    }

    [TestCaseSource(nameof(Refused))]
    public void RefusesWhatIsOutOfRangeByName(SamplingOptions options, string message) =>
        Assert.That(options.Validate, Throws.TypeOf<SamplingException>().With.Message.EqualTo(message));

    [Test]
    public void DescribesItselfInFourLines() =>
        Assert.That(new SamplingOptions().Describe().ReplaceLineEndings("\n"), Is.EqualTo(
            """
            repeat_last_n = 64, repeat_penalty = 1.000, frequency_penalty = 0.000, presence_penalty = 0.000
            dry_multiplier = 0.000, dry_base = 1.750, dry_allowed_length = 2, dry_penalty_last_n = 64
            top_k = 40, tfs_z = 1.000, top_p = 0.950, min_p = 0.050, xtc_probability = 0.000, xtc_threshold = 0.100, typical_p = 1.000, top_n_sigma = -1.000, temp = 0.800
            mirostat = 0, mirostat_lr = 0.100, mirostat_ent = 5.000
            """.ReplaceLineEndings("\n")));
}
