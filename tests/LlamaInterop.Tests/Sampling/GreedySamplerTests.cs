using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class GreedySamplerTests
{
    [TestCase(new[] { 1f, 3, 2 }, 1)]
    [TestCase(new[] { 3f, 3, 3 }, 0)]
    [TestCase(new[] { float.NaN, -5, float.NegativeInfinity }, 1)]
    [TestCase(new[] { 1f, float.PositiveInfinity, float.PositiveInfinity }, 1)]
    [TestCase(new[] { -0f, 0f }, 0)]
    public void SelectsTheLowestIdOfTheBest(float[] logits, int expected) =>
        Assert.That(new GreedySampler().Apply(logits).SelectedId, Is.EqualTo(expected));

    [Test]
    public void SelectsTheLowestIdWhateverTheOrder()
    {
        var candidates = Rows.Of(1, 7, 7, 2);
        candidates.SortTop(2);
        candidates.LogitsChanged();
        new GreedySampler().Apply(ref candidates);
        Assert.That(candidates.SelectedId, Is.EqualTo(1));
    }

    [Test]
    public void RefusesARowOfExcludedCandidates() =>
        Assert.That(() => new GreedySampler().Apply(float.NaN), Throws.TypeOf<SamplingException>());
}
