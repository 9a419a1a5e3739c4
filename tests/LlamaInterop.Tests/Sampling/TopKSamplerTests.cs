using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TopKSamplerTests
{
    [Test]
    public void KeepsTheBestInFallingOrder()
    {
        var kept = new TopKSampler(3).Apply(1, 4, -2, 3, 2);
        Assert.That(kept.Ids.ToArray(), Is.EqualTo(new[] { 1, 3, 4 }));
        Assert.That(kept.Logits.ToArray(), Is.EqualTo(new[] { 4f, 3f, 2f }));
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(5)]
    [TestCase(6)]
    public void KeepsAllWhereKIsOffOrNotBelowTheCount(int k)
    {
        var kept = new TopKSampler(k).Apply(1, 4, -2, 3, 2);
        Assert.That(kept.Ids.ToArray(), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
        Assert.That(kept.InVocabularyOrder);
    }

    [Test]
    public void GivesTiesToTheLowestIds() =>
        Assert.That(new TopKSampler(3).Apply(7, 7, 7, 7, 7).Ids.ToArray(), Is.EqualTo(new[] { 0, 1, 2 }));

    [Test]
    public void TreatsNegativeZeroAsZero() =>
        Assert.That(new TopKSampler(1).Apply(-1, -0f, 0f).Ids.ToArray(), Is.EqualTo(new[] { 1 }));

    [Test]
    public void RanksInfinitiesAtTheEnds()
    {
        var kept = new TopKSampler(3).Apply(float.NegativeInfinity, 1, float.NaN, float.PositiveInfinity);
        Assert.That(kept.Ids.ToArray(), Is.EqualTo(new[] { 3, 1, 0 }));
    }

    [Test]
    public void AgreesWithAFullSort([Values(1, 7, 40, 500, 4999)] int k, [Values(0f, 0.5f, 100f)] float step)
    {
        float[] logits = Rows.Random(seed: k, count: 5000, step);
        int[] expected = Rows.Ranking(logits)[..k];
        Assert.That(new TopKSampler(k).Apply(logits).Ids.ToArray(), Is.EqualTo(expected), $"seed {k}, step {step}");
    }

    [Test]
    public void AgreesWithAFullSortOfRisingAndFallingRows([Values] bool rising)
    {
        float[] logits = Array.ConvertAll(Enumerable.Range(0, 20_000).ToArray(), i => rising ? i : (float)-i);
        Assert.That(new TopKSampler(40).Apply(logits).Ids.ToArray(), Is.EqualTo(Rows.Ranking(logits)[..40]));
    }

    [Test]
    public void TakesAPrefixOfSortedCandidates()
    {
        var candidates = Rows.Of(1, 4, -2, 3, 2);
        candidates.SortTop(4);
        new TopKSampler(2).Apply(ref candidates);
        Assert.That(candidates.Ids.ToArray(), Is.EqualTo(new[] { 1, 3 }));
    }
}
