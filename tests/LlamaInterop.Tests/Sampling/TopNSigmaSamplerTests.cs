using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TopNSigmaSamplerTests
{
    private const float Excluded = float.NegativeInfinity;

    // 2 4 4 4 5 5 7 9: mean 5, squares 9 1 1 1 0 0 4 16 = 32, deviation sqrt(32 / 8) = 2; best 9.
    [TestCase(1f, new[] { Excluded, Excluded, Excluded, Excluded, Excluded, Excluded, 7, 9 })]
    [TestCase(2f, new[] { Excluded, Excluded, Excluded, Excluded, 5, 5, 7, 9 })]
    [TestCase(2.5f, new[] { Excluded, 4, 4, 4, 5, 5, 7, 9 })]
    [TestCase(0f, new[] { 2f, 4, 4, 4, 5, 5, 7, 9 })]
    [TestCase(-1f, new[] { 2f, 4, 4, 4, 5, 5, 7, 9 })]
    public void ExcludesThoseFarBelowTheBest(float n, float[] expected) =>
        Assert.That(new TopNSigmaSampler(n).Apply(2, 4, 4, 4, 5, 5, 7, 9).Logits.ToArray(), Is.EqualTo(expected));

    [Test]
    public void LeavesExcludedOnesOutOfTheDeviation() =>
        // 1 and 3 alone: mean 2, deviation 1; limit 3 - 1.5.
        Assert.That(new TopNSigmaSampler(1.5f).Apply(1, Excluded, 3).Logits.ToArray(), Is.EqualTo(new[] { Excluded, Excluded, 3 }));

    [Test]
    public void KeepsEqualLogits() =>
        Assert.That(new TopNSigmaSampler(0.1f).Apply(3, 3, 3).Logits.ToArray(), Is.EqualTo(new[] { 3f, 3f, 3f }));

    [Test]
    public void LeavesARowWithInfinityAlone() =>
        Assert.That(new TopNSigmaSampler(1).Apply(float.PositiveInfinity, 1).Logits.ToArray(), Is.EqualTo(new[] { float.PositiveInfinity, 1 }));
}
