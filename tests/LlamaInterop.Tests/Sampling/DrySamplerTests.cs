using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class DrySamplerTests
{
    private static float[] PenaltiesAfter(DryOptions options, int[] text, int vocabulary = 8, params int[][] breakers)
    {
        var sampler = new DrySampler(options, breakers);
        foreach (int token in text)
            sampler.Accept(token);
        return Array.ConvertAll(sampler.Apply(new float[vocabulary]).Logits.ToArray(), logit => 0 - logit);
    }

    // 1 2 3 4 1 2 3: the last three stood before 4, so 4 would make the repetition go on: 0.8 * 1.75^(3 - 2) = 1.4.
    [Test]
    public void PenalizesTheTokenThatGoesOnWithARepetition()
    {
        float[] penalties = PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 64), [1, 2, 3, 4, 1, 2, 3]);
        Assert.That(penalties, Is.EqualTo(new[] { 0, 0, 0, 0, 1.4f, 0, 0, 0 }).Within(1e-6));
    }

    [Test]
    public void TakesTheLongestOfSeveralRepetitions()
    {
        // 2 3 stood before 5 (length 2) and, as 1 2 3, before 4 (length 3): 0.8 and 1.4. The window's own text goes 1 2 3 4 6 2 3 5 1 2 3.
        float[] penalties = PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 64), [1, 2, 3, 4, 6, 2, 3, 5, 1, 2, 3]);
        Assert.That(penalties, Is.EqualTo(new[] { 0, 0, 0, 0, 1.4f, 0.8f, 0, 0 }).Within(1e-6));
    }

    [Test]
    public void LeavesRepetitionsBelowTheAllowedLengthFree() =>
        Assert.That(PenaltiesAfter(new DryOptions(0.8f, 1.75f, 4, 64), [1, 2, 3, 4, 1, 2, 3]), Is.All.Zero);

    [Test]
    public void SearchesTheLastTokensOnly() =>
        Assert.That(PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 6), [1, 2, 3, 4, 1, 2, 3])[4], Is.EqualTo(0.8f).Within(1e-6));

    [Test]
    public void EndsRepetitionsAtABreaker() =>
        // 2 is a breaker: only "3" after it counts, shorter than 2.
        Assert.That(PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 64), [1, 2, 3, 4, 1, 2, 3], 8, [2]), Is.All.Zero);

    [Test]
    public void EndsRepetitionsAtABreakerOfSeveralTokens() =>
        // "1 2" is a breaker: what follows it is "3 5", length 2: 0.8 * 1.75^0 for 4.
        Assert.That(PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 64), [1, 2, 3, 5, 4, 1, 2, 3, 5], 8, [1, 2])[4], Is.EqualTo(0.8f).Within(1e-6));

    [Test]
    public void NeverPenalizesABreaker() =>
        Assert.That(PenaltiesAfter(new DryOptions(0.8f, 1.75f, 2, 64), [1, 2, 3, 4, 1, 2, 3], 8, [4])[4], Is.Zero);

    [Test]
    public void StaysFiniteForLongRepetitions()
    {
        // 200 times the same token: 3^(199 - 0) is far beyond a float.
        float[] penalties = PenaltiesAfter(new DryOptions(1e10f, 3, 0, 256), [.. Enumerable.Repeat(5, 200)]);
        Assert.That(penalties[5], Is.GreaterThan(1e30f).And.LessThanOrEqualTo(float.MaxValue));
    }

    [Test]
    public void AgreesWithTheDefinition([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        int[] text = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => random.Next(3))];
        var options = new DryOptions(0.5f, 1.2f, random.Next(0, 4), random.Next(1, 150));
        float[] expected = ByDefinition(options, [.. text.TakeLast(options.LastTokens)], 4);
        Assert.That(PenaltiesAfter(options, text, 4), Is.EqualTo(expected).Within(1e-5).Percent, $"seed {seed}");
    }

    private static float[] ByDefinition(DryOptions options, int[] text, int vocabulary)
    {
        var penalties = new float[vocabulary];
        if (text.Length <= options.AllowedLength)
            return penalties;
        for (int end = 1; end < text.Length; end++)
        {
            int length = 0;
            while (length < end && text[end - 1 - length] == text[text.Length - 1 - length])
                length++;
            if (length >= options.AllowedLength)
                penalties[text[end]] = Math.Max(penalties[text[end]], (float)(0.5 * Math.Pow(options.Base, length - options.AllowedLength)));
        }
        return penalties;
    }
}
