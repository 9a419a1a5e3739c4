using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class DistributionSamplerTests
{
    [Test]
    public void DrawsEachCandidateAsOftenAsItsProbabilitySays()
    {
        const int Seed = 42;
        const int Draws = 100_000;
        double[] probabilities = [0.4, 0.3, 0.15, 0.1, 0.04, 0.01];
        var sampler = new DistributionSampler(new Pcg32(Seed, 0));
        var counts = new int[probabilities.Length];
        for (int draw = 0; draw < Draws; draw++)
            counts[sampler.ApplyToProbabilities(probabilities).SelectedId]++;
        double chiSquare = probabilities.Select((p, i) => Math.Pow(counts[i] - (p * Draws), 2) / (p * Draws)).Sum();
        // Five degrees of freedom: exceeded with a probability of 0.001 at 20.515.
        Assert.That(chiSquare, Is.LessThan(20.515), $"seed {Seed}: {string.Join(' ', counts)}");
    }

    [Test]
    public void NeverDrawsExcludedCandidates()
    {
        var sampler = new DistributionSampler(new Pcg32(1, 0));
        for (int draw = 0; draw < 1000; draw++)
            Assert.That(sampler.Apply(float.NegativeInfinity, 0, float.NaN, 0, float.NegativeInfinity).SelectedId, Is.AnyOf(1, 3));
    }

    [Test]
    public void SharesInfinityAmongThoseThatHaveIt()
    {
        var sampler = new DistributionSampler(new Pcg32(1, 0));
        var candidates = sampler.Apply(float.PositiveInfinity, float.MaxValue, float.PositiveInfinity);
        Assert.That(candidates.Probabilities.ToArray(), Is.EqualTo(new[] { 0.5f, 0, 0.5f }));
        Assert.That(candidates.SelectedId, Is.AnyOf(0, 2));
    }

    [Test]
    public void TellsTheProbabilityOfItsChoice() =>
        Assert.That(new DistributionSampler(new Pcg32(1, 0)).Apply(3).SelectedProbability, Is.EqualTo(1));

    [Test]
    public void RefusesARowOfExcludedCandidates() =>
        Assert.That(() => new DistributionSampler(new Pcg32(1, 0)).Apply(float.NegativeInfinity, float.NaN),
            Throws.TypeOf<SamplingException>().With.Message.Contains("every candidate is excluded"));
}
