using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;
using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Cli;

internal sealed class SamplingMappingTests
{
    [Test]
    public void FlagsAndLibraryHaveTheSameDefaults()
    {
        var mapped = Map();
        foreach (var property in typeof(SamplingOptions).GetProperties())
            Assert.That(property.GetValue(mapped), Is.EqualTo(property.GetValue(new SamplingOptions())), property.Name);
    }

    [Test]
    public void EachFlagReachesItsOption()
    {
        var expected = new SamplingOptions
        {
            Seed = 7,
            Temperature = 0.1f,
            DynamicTemperatureRange = 0.05f,
            DynamicTemperatureExponent = 2,
            TopK = 3,
            TopP = 0.4f,
            MinP = 0.06f,
            TypicalP = 0.7f,
            TopNSigma = 2,
            XtcProbability = 0.8f,
            XtcThreshold = 0.09f,
            RepeatLastN = 10,
            RepeatPenalty = 1.1f,
            FrequencyPenalty = 0.12f,
            PresencePenalty = 0.13f,
            DryMultiplier = 0.14f,
            DryBase = 1.5f,
            DryAllowedLength = 16,
            DryPenaltyLastN = 17,
            Mirostat = 2,
            MirostatTau = 18,
            MirostatEta = 0.19f,
            IgnoreEos = true,
        };
        var mapped = Map(("-s 7 --temp 0.1 --dynatemp-range 0.05 --dynatemp-exp 2 --top-k 3 --top-p 0.4 --min-p 0.06 --typical 0.7 "
            + "--top-nsigma 2 --xtc-probability 0.8 --xtc-threshold 0.09 --repeat-last-n 10 --repeat-penalty 1.1 "
            + "--frequency-penalty 0.12 --presence-penalty 0.13 --dry-multiplier 0.14 --dry-base 1.5 --dry-allowed-length 16 "
            + "--dry-penalty-last-n 17 --mirostat 2 --mirostat-ent 18 --mirostat-lr 0.19 --ignore-eos").Split(' '));
        foreach (var property in typeof(SamplingOptions).GetProperties())
            Assert.That(property.GetValue(mapped), Is.EqualTo(property.GetValue(expected)), property.Name);
    }

    [Test]
    public void ReadsBiases() => Assert.That(
        Map("--logit-bias", "29905-inf", "-l", "5+1.5").LogitBias,
        Is.EqualTo([new LogitBias(29905, float.NegativeInfinity), new LogitBias(5, 1.5f)]));

    [TestCase("--samplers", "top_k;temperature")]
    [TestCase("--sampler-seq", "kt")]
    public void ReadsTheOrder(string flag, string order) =>
        Assert.That(Map(flag, order).Samplers, Is.EqualTo([SamplerKind.TopK, SamplerKind.Temperature]));

    [Test]
    public void TailFreeSamplingJoinsTheDefaultOrderBeforeTypical() =>
        Assert.That(SamplerOrder.ToNames(Map("--tfs", "0.9").Samplers), Does.Contain("top_k;tfs;typ_p"));

    [Test]
    public void ReadsBreakers()
    {
        Assert.That(Map("--dry-sequence-breaker", "none").DrySequenceBreakers, Is.Empty);
        Assert.That(Map("--dry-sequence-breaker", "a", "--dry-sequence-breaker", "b").DrySequenceBreakers, Is.EqualTo(["a", "b"]));
    }

    [TestCase("--seed", "-2", "seed")]
    [TestCase("--seed", "4294967296", "seed")]
    [TestCase("--logit-bias", "five", "logit-bias")]
    [TestCase("--samplers", "top_q", "samplers")]
    [TestCase("--mirostat", "3", "mirostat")]
    [TestCase("--top-p", "NaN", "top_p")]
    public void RefusesWhatTheSamplersCannotUse(string flag, string value, string named) =>
        Assert.That(() => Map(flag, value), Throws.TypeOf<UsageException>().With.Message.Contains(named));

    [Test]
    public void RefusesTwoOrders() =>
        Assert.That(() => Map("--samplers", "top_k", "--sampler-seq", "k"), Throws.TypeOf<UsageException>());

    private static SamplingOptions Map(params string[] args) =>
        OptionParser.Parse<RunOptions>(FlagTable.Of(typeof(RunOptions)), args)!.ToSamplingOptions();
}
