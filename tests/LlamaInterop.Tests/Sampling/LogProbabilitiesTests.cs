using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class LogProbabilitiesTests
{
    [Test]
    public void GivesTheLogarithmsOfTheBest()
    {
        float[] logits = Array.ConvertAll(new[] { 0.125, 0.5, 0.25, 0.125 }, p => (float)Math.Log(p) + 7);
        var best = new (int Id, float LogProbability)[3];
        Assert.That(LogProbabilities.Top(logits, best), Is.EqualTo(3));
        Assert.That(best.Select(x => x.Id), Is.EqualTo(new[] { 1, 2, 0 }));
        // ln 0.5, ln 0.25, ln 0.125.
        Assert.That(best.Select(x => x.LogProbability), Is.EqualTo(new[] { -0.6931472f, -1.3862944f, -2.0794415f }).Within(1e-6));
    }

    [Test]
    public void WritesNoMoreThanThereAre()
    {
        var best = new (int Id, float LogProbability)[] { (-1, 9), (-1, 9), (-1, 9) };
        Assert.That(LogProbabilities.Top([0, 0], best), Is.EqualTo(2));
        Assert.That(best.Select(x => x.Id), Is.EqualTo(new[] { 0, 1, -1 }));
        Assert.That(best[2].LogProbability, Is.EqualTo(9));
        Assert.That(LogProbabilities.Top([1], []), Is.Zero);
    }

    [Test]
    public void CountsNaNAsExcluded()
    {
        var best = new (int Id, float LogProbability)[3];
        LogProbabilities.Top([float.NaN, 1, float.NegativeInfinity], best);
        Assert.That(best, Is.EqualTo(new[] { (1, 0f), (0, float.NegativeInfinity), (2, float.NegativeInfinity) }));
    }

    [Test]
    public void RefusesARowWithoutNumbers() =>
        Assert.That(() => LogProbabilities.Top([float.NaN], new (int, float)[1]), Throws.TypeOf<SamplingException>());

    [Test]
    public void AgreesWithTheDefinition([Values(1, 10, 777, 3000)] int count, [Values(0f, 0.5f)] float step)
    {
        float[] logits = Rows.Random(count, 3000, step);
        double[] probabilities = Rows.Softmax(logits);
        int[] expected = Rows.Ranking(logits)[..count];
        var best = new (int Id, float LogProbability)[count];
        LogProbabilities.Top(logits, best);
        Assert.That(best.Select(x => x.Id), Is.EqualTo(expected), $"seed {count}");
        Assert.That(best.Select(x => x.LogProbability), Is.EqualTo(expected.Select(id => (float)Math.Log(probabilities[id]))).Within(1e-5));
    }

    [Test]
    public void AllocatesNothing()
    {
        float[] logits = Rows.Random(1, 5000);
        var best = new (int Id, float LogProbability)[20];
        LogProbabilities.Top(logits, best);
        Assert.That(Allocations.LeastOf(() => LogProbabilities.Top(logits, best)), Is.Zero);
    }
}
