using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class XtcSamplerTests
{
    private static XtcSampler Always(float threshold, int minKeep = 0) => new(1, threshold, minKeep, new Pcg32(1, 1));

    // 0.2 0.4 0.1 0.3: of those at or above the threshold only the least probable stays, and all below it.
    [TestCase(0.05f, new[] { 2 })]
    [TestCase(0.15f, new[] { 0, 2 })]
    [TestCase(0.25f, new[] { 0, 2, 3 })]
    [TestCase(0.35f, new[] { 0, 1, 2, 3 })]
    [TestCase(0.5f, new[] { 0, 1, 2, 3 })]
    [TestCase(0.51f, new[] { 0, 1, 2, 3 })]
    public void DropsTopChoicesButTheLeast(float threshold, int[] expected) =>
        Assert.That(Always(threshold).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).RisingIds(), Is.EqualTo(expected));

    [Test]
    public void KeepsTheLastOfEqualTopChoices() =>
        // In falling order, ties by id, the last of 1/3 1/3 1/3 is id 2.
        Assert.That(Always(0.1f).Apply(1, 1, 1).RisingIds(), Is.EqualTo(new[] { 2 }));

    [TestCase(2, new[] { 0, 2 })]
    [TestCase(3, new[] { 0, 1, 2, 3 })]
    public void DropsNothingWhereFewerThanMinKeepWouldStay(int minKeep, int[] expected) =>
        Assert.That(Always(0.15f, minKeep).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).RisingIds(), Is.EqualTo(expected));

    [Test]
    public void NeverActsAtProbabilityZero() =>
        Assert.That(new XtcSampler(0, 0.1f, 0, new Pcg32(1, 1)).Apply(1, 1, 1).Count, Is.EqualTo(3));

    [Test]
    public void ActsAsOftenAsItsProbabilitySays()
    {
        const int Seed = 5;
        var sampler = new XtcSampler(0.25f, 0.1f, 0, new Pcg32(Seed, 1));
        int acted = Enumerable.Range(0, 10_000).Count(_ => sampler.Apply(1, 1, 1).Count == 1);
        // Binomial: mean 2500, deviation sqrt(10000 * 0.25 * 0.75) = 43.3; five deviations.
        Assert.That(acted, Is.EqualTo(2500).Within(217), $"seed {Seed}");
    }

    [Test]
    public void StartsItsNumbersAnewOnReset()
    {
        var sampler = new XtcSampler(0.5f, 0.1f, 0, new Pcg32(3, 1));
        int[] Draw() => [.. Enumerable.Range(0, 50).Select(_ => sampler.Apply(1, 1, 1).Count)];
        int[] first = Draw();
        sampler.Reset();
        Assert.That(Draw(), Is.EqualTo(first));
        Assert.That(first, Does.Contain(1).And.Contain(3));
    }
}
