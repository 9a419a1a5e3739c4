using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TopPSamplerTests
{
    // Sums from the best: 0.4, 0.7, 0.9, 1.0.
    [TestCase(0.39f, new[] { 1 })]
    [TestCase(0.5f, new[] { 1, 3 })]
    [TestCase(0.69f, new[] { 1, 3 })]
    [TestCase(0.8f, new[] { 1, 3, 0 })]
    [TestCase(0.95f, new[] { 1, 3, 0, 2 })]
    [TestCase(0f, new[] { 1 })]
    public void KeepsTheFewestThatReachTheMass(float p, int[] expected) =>
        Assert.That(new TopPSampler(p, 0).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).Ids.ToArray(), Is.EqualTo(expected));

    [Test]
    public void LeavesAllUntouchedAtOne() =>
        Assert.That(new TopPSampler(1, 0).ApplyToProbabilities(0.2, 0.4, 0.4).Ids.ToArray(), Is.EqualTo(new[] { 0, 1, 2 }));

    [Test]
    public void KeepsAtLeastMinKeep() =>
        Assert.That(new TopPSampler(0.1f, 3).ApplyToProbabilities(0.2, 0.4, 0.1, 0.3).Ids.ToArray(), Is.EqualTo(new[] { 1, 3, 0 }));

    [Test]
    public void KeepsTheLowestIdsOfAnEvenDistribution() =>
        // 0.25 + 0.25 + 0.25 = 0.75 >= 0.6, two are 0.5.
        Assert.That(new TopPSampler(0.6f, 0).Apply(3, 3, 3, 3).Ids.ToArray(), Is.EqualTo(new[] { 0, 1, 2 }));

    [Test]
    public void KeepsASingleCandidate() => Assert.That(new TopPSampler(0, 0).Apply(5).Count, Is.EqualTo(1));

    [Test]
    public void GivesNoMassToExcludedCandidates() =>
        // p = 0, 1/2, 1/2: half the mass is reached by the first.
        Assert.That(new TopPSampler(0.4f, 0).Apply(float.NegativeInfinity, 2, 2).Ids.ToArray(), Is.EqualTo(new[] { 1 }));

    [Test]
    public void AgreesWithTheDefinition([Values(0.1f, 0.5f, 0.95f, 0.999f)] float p, [Values(10, 3000)] int count)
    {
        int seed = count + (int)(1000 * p);
        float[] logits = Rows.Random(seed, count);
        double[] probabilities = Rows.Softmax(logits);
        int[] ranking = Rows.Ranking(logits);
        double mass = 0;
        int kept = 0;
        while (mass < p)
            mass += probabilities[ranking[kept++]];
        Assert.That(new TopPSampler(p, 0).Apply(logits).Ids.ToArray(), Is.EqualTo(ranking[..kept]), $"seed {seed}");
    }
}
