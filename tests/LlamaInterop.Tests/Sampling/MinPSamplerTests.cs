using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class MinPSamplerTests
{
    // The best has 0.4; the limits are 0.4 p: 0.08, 0.16, 0.24, 0.36.
    [TestCase(0.2f, new[] { 0, 1, 2, 3 })]
    [TestCase(0.4f, new[] { 0, 1, 3 })]
    [TestCase(0.6f, new[] { 1, 3 })]
    [TestCase(0.9f, new[] { 1 })]
    [TestCase(1f, new[] { 1 })]
    [TestCase(0f, new[] { 0, 1, 2, 3 })]
    public void KeepsThoseNearTheBest(float p, int[] expected) =>
        Assert.That(new MinPSampler(p, 0).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).RisingIds(), Is.EqualTo(expected));

    [Test]
    public void KeepsAllOfAnEvenDistribution() =>
        Assert.That(new MinPSampler(1, 0).Apply(3, 3, 3).RisingIds(), Is.EqualTo(new[] { 0, 1, 2 }));

    [Test]
    public void KeepsAtLeastMinKeep() =>
        Assert.That(new MinPSampler(0.9f, 3).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).RisingIds(), Is.EqualTo(new[] { 0, 1, 3 }));

    [Test]
    public void DropsExcludedCandidates() =>
        Assert.That(new MinPSampler(0.01f, 0).Apply(1, float.NaN, float.NegativeInfinity, 0).RisingIds(), Is.EqualTo(new[] { 0, 3 }));

    [Test]
    public void AgreesWithTheDefinition([Values(0.01f, 0.05f, 0.5f)] float p)
    {
        int seed = (int)(1000 * p);
        float[] logits = Rows.Random(seed, 2000);
        double[] probabilities = Rows.Softmax(logits);
        double best = probabilities.Max();
        int[] expected = [.. Enumerable.Range(0, 2000).Where(id => probabilities[id] >= p * best)];
        Assert.That(new MinPSampler(p, 0).Apply(logits).RisingIds(), Is.EqualTo(expected), $"seed {seed}");
    }
}
