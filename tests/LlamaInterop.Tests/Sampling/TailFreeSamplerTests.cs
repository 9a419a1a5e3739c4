using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TailFreeSamplerTests
{
    // Sorted 0.5 0.3 0.1 0.06 0.04: first differences 0.2 0.2 0.04 0.02, second 0 0.16 0.02, their sum 0.18;
    // running shares 0, 0.889, 1. The first share above z stands at the index that is the count kept, at least 1.
    [TestCase(0f, 1)]
    [TestCase(0.5f, 1)]
    [TestCase(0.88f, 1)]
    [TestCase(0.9f, 2)]
    [TestCase(1f, 5)]
    public void CutsWhereTheCurvatureIsUsedUp(float z, int kept)
    {
        var candidates = new TailFreeSampler(z, 1).ApplyToProbabilities(0.3, 0.06, 0.5, 0.04, 0.1);
        Assert.That(candidates.RisingIds(), Is.EqualTo(new[] { 2, 0, 4, 1, 3 }[..kept].Order()));
    }

    [Test]
    public void KeepsAtLeastMinKeep() =>
        // As above at z = 0.5: index 1 is held back by min keep, index 2 is the first at or above it.
        Assert.That(new TailFreeSampler(0.5f, 2).ApplyToProbabilities(0.3, 0.06, 0.5, 0.04, 0.1).RisingIds(), Is.EqualTo(new[] { 0, 2 }));

    [Test]
    public void SharesEvenlyWhereTheDistributionIsStraight() =>
        // Six equal: four second differences of 0 count 1/4 each: 0.25 0.5 0.75 1; the first above 0.6 is at index 2.
        Assert.That(new TailFreeSampler(0.6f, 1).Apply(1, 1, 1, 1, 1, 1).RisingIds(), Is.EqualTo(new[] { 0, 1 }));

    [TestCase(1)]
    [TestCase(2)]
    public void LeavesTwoCandidatesOrFewerAlone(int count) =>
        Assert.That(new TailFreeSampler(0, 1).Apply(new float[count]).Count, Is.EqualTo(count));

    [Test]
    public void AgreesWithTheDefinition([Values(0.2f, 0.5f, 0.95f)] float z)
    {
        int seed = (int)(100 * z);
        float[] logits = Rows.Random(seed, 300);
        int[] ranking = Rows.Ranking(logits);
        double[] probabilities = Rows.Softmax(logits);
        double[] sorted = Array.ConvertAll(ranking, id => probabilities[id]);
        double[] first = [.. sorted.Zip(sorted.Skip(1), (a, b) => a - b)];
        double[] second = [.. first.Zip(first.Skip(1), (a, b) => Math.Abs(a - b))];
        int kept = Enumerable.Range(1, second.Length - 1).First(i => second.Take(i + 1).Sum() / second.Sum() > z);
        Assert.That(new TailFreeSampler(z, 1).Apply(logits).Ids.ToArray(), Is.EqualTo(ranking[..kept]), $"seed {seed}");
    }
}
