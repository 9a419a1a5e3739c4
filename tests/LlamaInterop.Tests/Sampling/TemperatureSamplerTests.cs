using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TemperatureSamplerTests
{
    [Test]
    public void DividesLogits() =>
        Assert.That(new TemperatureSampler(2).Apply(4, -3, 1).Logits.ToArray(), Is.EqualTo(new[] { 2f, -1.5f, 0.5f }));

    [TestCase(0f)]
    [TestCase(-1f)]
    public void KeepsTheLowestOfTheBestWhereItIsNotAboveZero(float temperature) =>
        Assert.That(new TemperatureSampler(temperature).Apply(1, 5, 5, 2).Ids.ToArray(), Is.EqualTo(new[] { 1 }));

    [TestCase(1e-40f)]
    [TestCase(float.Epsilon)]
    public void StaysFiniteAtTheBestForATinyTemperature(float temperature)
    {
        var candidates = new TemperatureSampler(temperature).Apply(10, 20, -30);
        Assert.That(candidates.Logits.ToArray(), Is.EqualTo(new[] { float.NegativeInfinity, 0, float.NegativeInfinity }));
    }

    [Test]
    public void IsTheHighestForAnEvenDistribution() =>
        // Entropy is the highest possible: 1 + 0.5 = 1.5.
        Assert.That(new TemperatureSampler(1, 0.5f, 1).Apply(3, 3).Logits.ToArray(), Is.EqualTo(new[] { 2f, 2f }).Within(1e-6));

    [Test]
    public void IsTheLowestForACertainOne() =>
        // exp(-1000) underflows: entropy 0, temperature 1 - 0.5.
        Assert.That(new TemperatureSampler(1, 0.5f, 1).Apply(1000, 0).Logits.ToArray(), Is.EqualTo(new[] { 2000f, 0f }));

    // p = 0.5 0.25 0.25: an entropy of 1.5 bits of log2(3) = 1.5849625 is 0.9463946, squared 0.8956628.
    // The range is 0.4 to 1.6: 0.4 + 1.2 * 0.9463946 = 1.5356735, 0.4 + 1.2 * 0.8956628 = 1.4747953.
    [TestCase(1f, 1.5356735f)]
    [TestCase(2f, 1.4747953f)]
    public void FollowsTheEntropyInBetween(float exponent, float temperature)
    {
        var candidates = Rows.OfProbabilities(0.5, 0.25, 0.25);
        float[] expected = Array.ConvertAll(candidates.Logits.ToArray(), logit => logit / temperature);
        new TemperatureSampler(1, 0.6f, exponent).Apply(ref candidates);
        Assert.That(candidates.Logits.ToArray(), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void LeavesASingleCandidateAloneWhereItIsDynamic() =>
        Assert.That(new TemperatureSampler(0.5f, 0.2f, 1).Apply(3).Logits.ToArray(), Is.EqualTo(new[] { 3f }));
}
