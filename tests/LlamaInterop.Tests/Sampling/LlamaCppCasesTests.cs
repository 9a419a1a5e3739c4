using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

/// <summary>Distributions that llama.cpp's own test-sampling.cpp (August 2026) states for its samplers, after its last step.</summary>
internal sealed class LlamaCppCasesTests
{
    private static readonly double[] Rising = [0.1, 0.2, 0.3, 0.4];
    private static readonly double[] Even4 = [0.25, 0.25, 0.25, 0.25];
    private static readonly double[] Even5 = [0.2, 0.2, 0.2, 0.2, 0.2];

    private static double[] After(ISampler sampler, double[] probabilities, params int[] accepted)
    {
        foreach (int token in accepted)
            sampler.Accept(token);
        var candidates = sampler.ApplyToProbabilities(probabilities);
        candidates.Softmax();
        var result = new double[probabilities.Length];
        for (int i = 0; i < candidates.Count; i++)
            result[candidates.Ids[i]] = candidates.Probabilities[i];
        return result;
    }

    [TestCase(0.7f, new[] { 0, 0, 0.428571, 0.571429 })]
    [TestCase(0.8f, new[] { 0, 0.222222, 0.333333, 0.444444 })]
    public void TopP(float p, double[] expected) => Assert.That(After(new TopPSampler(p, 0), Rising), Is.EqualTo(expected).Within(1e-5));

    [TestCase(0.24f, new[] { 0.1, 0.2, 0.3, 0.4 })]
    [TestCase(0.26f, new[] { 0, 0.222222, 0.333333, 0.444444 })]
    [TestCase(0.51f, new[] { 0, 0, 0.428571, 0.571429 })]
    [TestCase(0.76f, new[] { 0, 0, 0, 1.0 })]
    public void MinP(float p, double[] expected) => Assert.That(After(new MinPSampler(p, 0), Rising), Is.EqualTo(expected).Within(1e-5));

    [Test]
    public void Typical()
    {
        Assert.That(After(new TypicalSampler(0.5f, 0), [0.97, 0.01, 0.01, 0.01]), Is.EqualTo(new[] { 1.0, 0, 0, 0 }).Within(1e-5));
        Assert.That(After(new TypicalSampler(0.5f, 0), [0.4, 0.2, 0.2, 0.2])[0], Is.Zero);
    }

    [TestCase(1f, new[] { 0, 0, 0.428571, 0.571429 })]
    [TestCase(3f, new[] { 0.1, 0.2, 0.3, 0.4 })]
    public void TopNSigma(float n, double[] expected) => Assert.That(After(new TopNSigmaSampler(n), Rising), Is.EqualTo(expected).Within(1e-5));

    [TestCase(50f, 0f, new[] { 0, 1, 2 }, new[] { 0, 0, 0, 0.5, 0.5 })]
    [TestCase(1f, 5f, new[] { 0 }, new[] { 0.000011, 0.249997, 0.249997, 0.249997, 0.249997 })]
    [TestCase(1f, 5f, new[] { 0, 1, 2 }, new[] { 0.000023, 0.000023, 0.000023, 0.499966, 0.499966 })]
    [TestCase(1f, 5f, new[] { 0, 1, 2, 0, 0 }, new[] { 0, 0.000023, 0.000023, 0.499977, 0.499977 })]
    public void Penalties(float repeat, float frequencyAndPresence, int[] accepted, double[] expected)
    {
        var sampler = new PenaltiesSampler(accepted.Length, repeat, frequencyAndPresence, frequencyAndPresence);
        Assert.That(After(sampler, Even5, accepted), Is.EqualTo(expected).Within(1e-6));
    }

    [Test]
    public void Dry()
    {
        var four = new DryOptions(1, 1.1f, 2, 5);
        Assert.That(After(new DrySampler(four, []), Even4, 0, 1), Is.EqualTo(Even4).Within(1e-6));
        Assert.That(After(new DrySampler(four, []), Even4, 0, 1, 2, 0, 1), Is.EqualTo(new[] { 0.296923, 0.296923, 0.109232, 0.296923 }).Within(1e-6));
        Assert.That(After(new DrySampler(four with { LastTokens = 6 }, [[3]]), Even5, 0, 1, 3, 4, 0, 1), Is.EqualTo(Even5).Within(1e-6));
        Assert.That(After(new DrySampler(four with { Multiplier = 2 }, []), Even5, 0, 1, 2, 0, 1),
            Is.EqualTo(new[] { 0.241818, 0.241818, 0.032727, 0.241818, 0.241818 }).Within(1e-6));
    }
}
