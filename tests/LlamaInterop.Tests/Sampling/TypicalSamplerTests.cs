using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TypicalSamplerTests
{
    // p = 0.5 0.25 0.125 0.125: surprises in bits 1 2 3 3, entropy 0.5 + 0.5 + 0.375 + 0.375 = 1.75.
    // Distances 0.75 0.25 1.25 1.25, so the order is 1, 0, 2, 3 with masses 0.25 0.75 0.875 1.
    [TestCase(0f, new[] { 1 })]
    [TestCase(0.2f, new[] { 1 })]
    [TestCase(0.3f, new[] { 0, 1 })]
    [TestCase(0.8f, new[] { 0, 1, 2 })]
    [TestCase(0.9f, new[] { 0, 1, 2, 3 })]
    [TestCase(1f, new[] { 0, 1, 2, 3 })]
    public void KeepsTheNearestToTheEntropy(float p, int[] expected) =>
        Assert.That(new TypicalSampler(p, 0).ApplyToProbabilities(0.5, 0.25, 0.125, 0.125).RisingIds(), Is.EqualTo(expected));

    [Test]
    public void KeepsAtLeastMinKeep() =>
        Assert.That(new TypicalSampler(0.2f, 2).ApplyToProbabilities(0.5, 0.25, 0.125, 0.125).RisingIds(), Is.EqualTo(new[] { 0, 1 }));

    [Test]
    public void PrefersAnythingToExcludedCandidates() =>
        Assert.That(new TypicalSampler(0.9f, 0).Apply(float.NegativeInfinity, 1, 1).RisingIds(), Is.EqualTo(new[] { 1, 2 }));

    [Test]
    public void KeepsSortedCandidatesSorted()
    {
        var candidates = Rows.OfProbabilities(0.125, 0.25, 0.125, 0.5);
        candidates.SortTop(4);
        new TypicalSampler(0.8f, 0).Apply(ref candidates);
        Assert.That(candidates.Ids.ToArray(), Is.EqualTo(new[] { 3, 1, 0 }));
        Assert.That(candidates.SortedCount, Is.EqualTo(3));
    }

    [Test]
    public void AgreesWithTheDefinition([Values(0.2f, 0.5f, 0.9f)] float p, [Values(50, 3000)] int count)
    {
        int seed = count + (int)(100 * p);
        float[] logits = Rows.Random(seed, count);
        double[] probabilities = Rows.Softmax(logits);
        double entropy = -probabilities.Sum(x => x * Math.Log(x));
        var order = Enumerable.Range(0, count).OrderBy(id => Math.Abs(-Math.Log(probabilities[id]) - entropy)).ToArray();
        double mass = 0;
        int kept = 0;
        while (mass <= p)
            mass += probabilities[order[kept++]];
        Assert.That(new TypicalSampler(p, 0).Apply(logits).RisingIds(), Is.EqualTo(order[..kept].Order()), $"seed {seed}");
    }
}
