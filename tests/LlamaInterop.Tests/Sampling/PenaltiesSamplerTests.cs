using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class PenaltiesSamplerTests
{
    private static PenaltiesSampler Accepting(PenaltiesSampler sampler, params int[] tokens)
    {
        foreach (int token in tokens)
            sampler.Accept(token);
        return sampler;
    }

    [Test]
    public void RepeatPenaltyDividesPositiveAndMultipliesNegativeLogits()
    {
        var sampler = Accepting(new PenaltiesSampler(4, 2, 0, 0), 0, 1);
        Assert.That(sampler.Apply(3, -3, 5).Logits.ToArray(), Is.EqualTo(new[] { 1.5f, -6, 5 }));
    }

    [Test]
    public void FrequencyCountsAndPresenceDoesNot()
    {
        // Token 0 twice: 3 - 2 * 0.5 - 0.25; token 2 once: 5 - 0.5 - 0.25.
        var sampler = Accepting(new PenaltiesSampler(4, 1, 0.5f, 0.25f), 0, 2, 0);
        Assert.That(sampler.Apply(3, -3, 5).Logits.ToArray(), Is.EqualTo(new[] { 1.75f, -3, 4.25f }));
    }

    [Test]
    public void ForgetsWhatLeavesTheWindow()
    {
        var sampler = Accepting(new PenaltiesSampler(2, 1, 1, 0), 0, 0, 1, 2);
        Assert.That(sampler.Apply(0, 0, 0).Logits.ToArray(), Is.EqualTo(new[] { 0f, -1, -1 }));
    }

    [Test]
    public void ForgetsAllOnReset()
    {
        var sampler = Accepting(new PenaltiesSampler(2, 1, 1, 0), 0, 1);
        sampler.Reset();
        Assert.That(sampler.Apply(0, 0).Logits.ToArray(), Is.EqualTo(new[] { 0f, 0 }));
    }

    [Test]
    public void FindsTokensAmongSortedCandidates()
    {
        var candidates = Rows.Of(1, 9, 5);
        candidates.SortTop(3);
        Accepting(new PenaltiesSampler(4, 1, 0, 2), 2).Apply(ref candidates);
        Assert.That(candidates.Ids.ToArray(), Is.EqualTo(new[] { 1, 2, 0 }));
        Assert.That(candidates.Logits.ToArray(), Is.EqualTo(new[] { 9f, 3, 1 }));
        Assert.That(candidates.SortedCount, Is.Zero);
    }

    [Test]
    public void NeverMakesNaN()
    {
        var sampler = Accepting(new PenaltiesSampler(4, 1, -float.MaxValue, -float.MaxValue), 0, 0, 1);
        Assert.That(sampler.Apply(float.NegativeInfinity, 1).Logits.ToArray(), Has.None.NaN);
    }

    [Test]
    public void AgreesWithTheDefinition([Values(1, 5, 64)] int window, [Values] bool sorted)
    {
        int seed = window;
        var random = new Random(seed);
        float[] logits = Rows.Random(seed, 50);
        var sampler = new PenaltiesSampler(window, 1.3f, 0.2f, 0.1f);
        var text = new List<int>();
        for (int step = 0; step < 300; step++)
        {
            text.Add(random.Next(50));
            sampler.Accept(text[^1]);
        }
        var candidates = Rows.Of(logits);
        candidates.SortTop(sorted ? 50 : 0);
        sampler.Apply(ref candidates);
        var last = text.TakeLast(window).ToLookup(token => token);
        for (int i = 0; i < 50; i++)
        {
            int id = candidates.Ids[i];
            int count = last[id].Count();
            float scaled = count == 0 ? logits[id] : logits[id] > 0 ? logits[id] / 1.3f : logits[id] * 1.3f;
            float expected = count == 0 ? scaled : scaled - ((count * 0.2f) + 0.1f);
            Assert.That(candidates.Logits[i], Is.EqualTo(expected), $"seed {seed}, id {id}");
        }
    }
}
