using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class MirostatSamplerTests
{
    // Zipf's law with exponent 2 over 8 tokens: logit = -2 ln(rank). Every ratio gives the slope 2 exactly, epsilon = 1.
    // k = (1 * 2^mu / (1 - 8^-1))^(1/2) with mu = 2 tau.
    private static readonly float[] Zipf = [.. Enumerable.Range(1, 8).Select(rank => (float)(-2 * Math.Log(rank)))];

    [TestCase(0f, 1)] // (1 / 0.875)^0.5 = 1.07
    [TestCase(1f, 2)] // (4 / 0.875)^0.5 = 2.14
    [TestCase(2f, 4)] // (16 / 0.875)^0.5 = 4.28
    [TestCase(3f, 8)] // (64 / 0.875)^0.5 = 8.55
    public void Version1KeepsAsManyAsZipfsLawSays(float tau, int kept) =>
        Assert.That(new MirostatV1Sampler(8, tau, 0.1f, new Pcg32(1, 0)).Apply(Zipf).Count, Is.EqualTo(kept));

    [Test]
    public void Version1LowersMuByTheSurpriseAboveTheTarget()
    {
        // One candidate is kept (tau 0): its surprise is 0, mu = 0 - 0.1 (0 - 0).
        // tau 1: two are kept, p = 1 / (1 + 1/4) = 0.8 and 0.2, surprises 0.3219 and 2.3219; mu = 2 - 0.1 (surprise - 1).
        var sampler = new MirostatV1Sampler(8, 1, 0.1f, new Pcg32(1, 0));
        int chosen = sampler.Apply(Zipf).SelectedId;
        Assert.That(sampler.Mu, Is.EqualTo(chosen == 0 ? 2.0678072 : 1.8678072).Within(1e-6));
        sampler.Reset();
        Assert.That(sampler.Mu, Is.EqualTo(2));
    }

    [Test]
    public void Version1TakesFlatAndSingleRows()
    {
        // All equal: exponent 0, epsilon -1; (-1 * 2^10) / (1 - 4) = 341 > 1 to the power of infinity: all are kept.
        Assert.That(new MirostatV1Sampler(4, 5, 0.1f, new Pcg32(1, 0)).Apply(1, 1, 1, 1).Count, Is.EqualTo(4));
        Assert.That(new MirostatV1Sampler(1, 5, 0.1f, new Pcg32(1, 0)).Apply(2).SelectedId, Is.Zero);
    }

    // Surprises of 0.5 0.25 0.125 0.125 in bits: 1 2 3 3; mu = 2 tau.
    [TestCase(0f, new[] { 1 })]
    [TestCase(0.6f, new[] { 1 })]
    [TestCase(1.1f, new[] { 0, 1 })]
    [TestCase(1.6f, new[] { 0, 1, 2, 3 })]
    public void Version2KeepsThoseWhoseSurpriseIsAtMostMu(float tau, int[] expected) =>
        Assert.That(new MirostatV2Sampler(tau, 0.1f, new Pcg32(1, 0)).ApplyToProbabilities(0.25, 0.5, 0.125, 0.125).RisingIds(), Is.EqualTo(expected));

    [Test]
    public void Version2MovesMuAgainstTheSurprise()
    {
        // tau 1.1: 2/3 and 1/3 are left, surprises 0.5849625 and 1.5849625; mu = 2.2 - 0.5 (surprise - 1.1).
        var sampler = new MirostatV2Sampler(1.1f, 0.5f, new Pcg32(1, 0));
        int chosen = sampler.ApplyToProbabilities(0.25, 0.5, 0.125, 0.125).SelectedId;
        Assert.That(sampler.Mu, Is.EqualTo(chosen == 1 ? 2.4575187 : 1.9575187).Within(1e-6));
    }

    [Test]
    public void BothSettleAtTheTargetSurprise([Values(1, 2)] int version)
    {
        const int Seed = 11;
        float[] logits = Rows.Random(Seed, 2000);
        var random = new Pcg32(Seed, 0);
        ISampler sampler = version == 1 ? new MirostatV1Sampler(2000, 3, 0.1f, random) : new MirostatV2Sampler(3, 0.1f, random);
        double surprise = 0;
        for (int step = 0; step < 2000; step++)
            surprise -= Math.Log2(sampler.Apply(logits).SelectedProbability) / 2000;
        // Summing mu's updates: mean surprise - tau = (mu before - mu after) / (eta * steps), and mu stays within 0 to 20 here.
        Assert.That(surprise, Is.EqualTo(3).Within(0.1), $"seed {Seed}");
    }
}
