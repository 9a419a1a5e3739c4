using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class LogitBiasTests
{
    [TestCase("15043+1", 15043, 1f)]
    [TestCase("15043-1.5", 15043, -1.5f)]
    [TestCase("29905-inf", 29905, float.NegativeInfinity)]
    [TestCase("7+INF", 7, float.PositiveInfinity)]
    [TestCase("7+1e-3", 7, 0.001f)]
    public void ParseReadsLlamaCppsForm(string text, int token, float bias) =>
        Assert.That(LogitBias.Parse(text), Is.EqualTo(new LogitBias(token, bias)));

    [TestCase("")]
    [TestCase("15043")]
    [TestCase("+1")]
    [TestCase("-1+1")]
    [TestCase("x+1")]
    [TestCase("1+")]
    [TestCase("1+x")]
    [TestCase("1+-2")]
    [TestCase("1-nan")]
    [TestCase("99999999999+1")]
    [TestCase("1+1e99")]
    public void ParseRefusesAnythingElse(string text) =>
        Assert.That(() => LogitBias.Parse(text), Throws.TypeOf<SamplingException>().With.Message.StartsWith($"logit-bias: '{text}'"));

    [Test]
    public void SamplerAddsBiases()
    {
        var sampler = new LogitBiasSampler([new(0, 1), new(2, float.NegativeInfinity), new(0, 0.5f), new(3, 1e30f)]);
        Assert.That(sampler.Apply(1, 2, 3, 4).Logits.ToArray(), Is.EqualTo(new[] { 2.5f, 2, float.NegativeInfinity, 1e30f }));
    }

    [Test]
    public void SamplerFindsTokensAmongSortedCandidates()
    {
        var candidates = Rows.Of(1, 2, 3);
        candidates.KeepTop(2);
        new LogitBiasSampler([new(1, 5), new(0, 100)]).Apply(ref candidates);
        Assert.That(candidates.Ids.ToArray(), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(candidates.Logits.ToArray(), Is.EqualTo(new[] { 3f, 7 }));
    }

    [Test]
    public void SamplerLeavesTheExcludedExcluded()
    {
        var sampler = new LogitBiasSampler([new(0, float.PositiveInfinity), new(1, float.NegativeInfinity)]);
        var candidates = sampler.Apply(float.NegativeInfinity, float.PositiveInfinity);
        Assert.That(candidates.Logits.ToArray(), Is.All.EqualTo(float.NegativeInfinity));
    }
}
