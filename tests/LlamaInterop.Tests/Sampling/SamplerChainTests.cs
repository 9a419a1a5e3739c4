using System.Diagnostics;
using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class SamplerChainTests
{
    private static readonly SamplingOptions Seeded = new() { Seed = 1234 };

    private static readonly SamplingOptions Everything = Seeded with
    {
        Samplers = SamplerOrder.ParseCharacters("edskfypmxt"),
        RepeatPenalty = 1.1f,
        FrequencyPenalty = 0.1f,
        DryMultiplier = 0.8f,
        TopNSigma = 3,
        TopK = 200,
        TypicalP = 0.97f,
        TailFreeZ = 0.99f,
        XtcProbability = 0.5f,
        DynamicTemperatureRange = 0.3f,
        LogitBias = [new(3, 1)],
        IgnoreEos = true,
    };

    private static SamplerChain Chain(SamplingOptions options, int vocabulary = 1000) =>
        new(options, new SamplingVocabulary(vocabulary) { EndOfGeneration = [2], DryBreakers = [[5], [6, 7]], ContextLength = 512 });

    private static int[] Generate(SamplerChain chain, int count, int vocabulary = 1000)
    {
        var ids = new int[count];
        for (int step = 0; step < count; step++)
        {
            ids[step] = chain.Sample(Rows.Random(step, vocabulary));
            chain.Accept(ids[step]);
        }
        return ids;
    }

    [Test]
    public void DescribesTheOrderAsLlamaCppPrintsIt()
    {
        Assert.That(Chain(Seeded).Describe(), Is.EqualTo(
            "logits -> ?penalties -> ?dry -> ?top-n-sigma -> top-k -> ?typical -> top-p -> min-p -> ?xtc -> temp-ext -> dist"));
        Assert.That(Chain(Everything).Describe(), Is.EqualTo(
            "logits -> logit-bias -> penalties -> dry -> top-n-sigma -> top-k -> tfs-z -> typical -> top-p -> min-p -> xtc -> temp-ext -> dist"));
        Assert.That(Chain(Seeded with { Mirostat = 1 }).Describe(), Is.EqualTo("logits -> temp -> mirostat"));
        Assert.That(Chain(Seeded with { Mirostat = 2, Temperature = 1 }).Describe(), Is.EqualTo("logits -> ?temp -> mirostat-v2"));
        Assert.That(Chain(Seeded with { Samplers = [SamplerKind.TopK], Temperature = 0 }).Describe(), Is.EqualTo("logits -> top-k -> greedy"));
    }

    [Test]
    public void AppliesSamplersInTheGivenOrder()
    {
        // p = 0.5 0.3 0.2. Top-p 0.6 keeps two of them; after top-k 2 they are 0.625 0.375 and one is enough.
        float[] logits = Array.ConvertAll(new[] { 0.5, 0.3, 0.2 }, p => (float)Math.Log(p));
        int[] Seen(string order)
        {
            var chain = Chain(Seeded with { Samplers = SamplerOrder.ParseNames(order), TopK = 2, TopP = 0.6f }, 3);
            return [.. Enumerable.Range(0, 200).Select(_ => chain.Sample(logits)).Distinct().Order()];
        }
        Assert.That(Seen("top_k;top_p"), Is.EqualTo(new[] { 0 }));
        Assert.That(Seen("top_p;top_k"), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(Seen(""), Is.EqualTo(new[] { 0, 1, 2 }));
    }

    [TestCase(0f)]
    [TestCase(-1f)]
    public void IsGreedyAtTemperatureZeroWhateverTheOrder(float temperature)
    {
        float[] logits = [1, 5, 3, 5];
        foreach (string order in new[] { "", "top_k", "temperature", "top_p;temperature;min_p" })
            Assert.That(Chain(Seeded with { Temperature = temperature, Samplers = SamplerOrder.ParseNames(order) }, 4).Sample(logits), Is.EqualTo(1), order);
        Assert.That(Chain(Seeded with { Temperature = temperature, Mirostat = 2 }, 4).Sample(logits), Is.EqualTo(1));
    }

    [Test]
    public void SameSeedGivesTheSameIds()
    {
        int[] first = Generate(Chain(Everything), 100);
        Assert.That(Generate(Chain(Everything), 100), Is.EqualTo(first));
    }

    [Test]
    public void AnotherSeedGivesOtherIds() =>
        Assert.That(Generate(Chain(Everything with { Seed = 1 }), 100), Is.Not.EqualTo(Generate(Chain(Everything), 100)));

    [Test]
    public void IdsAreTheSameEverywhere() =>
        // Recorded once: a platform that draws other ids fails here.
        Assert.That(Generate(Chain(Everything), 12), Is.EqualTo(new[] { 355, 189, 470, 335, 911, 86, 369, 779, 896, 444, 644, 278 }));

    [Test]
    public void ARandomSeedIsTold()
    {
        var chain = Chain(new SamplingOptions());
        Assert.That(chain.Seed, Is.Not.EqualTo(SamplingOptions.RandomSeed));
        Assert.That(Generate(Chain(new SamplingOptions { Seed = chain.Seed }), 50), Is.EqualTo(Generate(chain, 50)));
    }

    [Test]
    public void ResetStartsAnew()
    {
        var chain = Chain(Everything);
        int[] first = Generate(chain, 50);
        chain.Reset();
        Assert.That(Generate(chain, 50), Is.EqualTo(first));
    }

    [Test]
    public void ACloneGoesOnAsItsOriginalWould([Values(0, 1, 2)] int mirostat)
    {
        var chain = Chain(Everything with { Mirostat = mirostat });
        Generate(chain, 50);
        var clone = chain.Clone();
        int[] expected = Generate(chain, 50);
        Assert.That(Generate(clone, 50), Is.EqualTo(expected));
        Assert.That(clone.Describe(), Is.EqualTo(chain.Describe()));
    }

    [Test]
    public void ChainsMayShareAWorkspace()
    {
        var workspace = new Candidates(1000);
        var vocabulary = new SamplingVocabulary(1000);
        var first = new SamplerChain(Seeded, vocabulary, workspace);
        var second = new SamplerChain(Seeded with { TopK = 0 }, vocabulary, workspace);
        var alone = new SamplerChain(Seeded, vocabulary);
        for (int step = 0; step < 50; step++)
        {
            float[] logits = Rows.Random(step, 1000);
            second.Sample(logits);
            Assert.That(first.Sample(logits), Is.EqualTo(alone.Sample(logits)));
        }
    }

    [Test]
    public void PromptTokensCountForPenalties()
    {
        var chain = Chain(Seeded with { Temperature = 0, RepeatPenalty = 2 }, 3);
        chain.Accept(1);
        // 5 / 2 < 3.
        Assert.That(chain.Sample([1, 5, 3]), Is.EqualTo(2));
    }

    [Test]
    public void IgnoringTheEndForbidsIt() =>
        Assert.That(Chain(Seeded with { Temperature = 0, IgnoreEos = true }, 4).Sample([1, 2, 9, 3]), Is.EqualTo(3));

    [Test]
    public void NeverChoosesNaNWhereAnythingElseIsLeft([Values(0f, 0.8f)] float temperature)
    {
        var chain = Chain(Seeded with { Temperature = temperature }, 4);
        for (int i = 0; i < 100; i++)
            Assert.That(chain.Sample([float.NaN, float.NegativeInfinity, -1e30f, float.NaN]), Is.EqualTo(2));
    }

    [Test]
    public void TakesASingleToken() => Assert.That(Chain(Everything with { LogitBias = [], IgnoreEos = false }, 1).Sample([3]), Is.Zero);

    [Test]
    public void TellsTheChosenProbability()
    {
        var chain = Chain(Seeded with { Samplers = [] }, 2);
        int id = chain.Sample([0, MathF.Log(3)]);
        Assert.That(chain.SelectedProbability, Is.EqualTo(id == 0 ? 0.25f : 0.75f).Within(1e-6));
    }

    [Test]
    public void RefusesRowsThatNothingCanBeChosenFrom()
    {
        var chain = Chain(Seeded, 2);
        Assert.That(() => chain.Sample([float.NaN, float.NegativeInfinity]), Throws.TypeOf<SamplingException>()
            .With.Message.EqualTo("no token can be chosen: all 2 logits are NaN or -inf"));
        Assert.That(() => chain.Sample([1]), Throws.TypeOf<SamplingException>()
            .With.Message.EqualTo("a row of 1 logits for a vocabulary of 2 tokens"));
        var forbidding = Chain(Seeded with { LogitBias = [new(0, float.NegativeInfinity)] }, 1);
        Assert.That(() => forbidding.Sample([1]), Throws.TypeOf<SamplingException>()
            .With.Message.EqualTo("no token can be chosen: every candidate is excluded"));
    }

    [Test]
    public void RefusesWhatDoesNotFitTheVocabulary()
    {
        Assert.That(() => Chain(Seeded).Accept(1000), Throws.TypeOf<SamplingException>());
        Assert.That(() => Chain(Seeded).Accept(-1), Throws.TypeOf<SamplingException>());
        Assert.That(() => Chain(Seeded, 0), Throws.TypeOf<SamplingException>());
        Assert.That(() => Chain(Seeded with { LogitBias = [new(1000, 1)] }), Throws.TypeOf<SamplingException>()
            .With.Message.EqualTo("logit_bias: token 1000 is not in the vocabulary of 1000 tokens"));
        Assert.That(() => Chain(Seeded with { IgnoreEos = true }, 2), Throws.TypeOf<SamplingException>().With.Message.StartsWith("ignore_eos: token 2"));
        Assert.That(() => new SamplerChain(Seeded with { RepeatLastN = -1, RepeatPenalty = 2 }, new SamplingVocabulary(5)),
            Throws.TypeOf<SamplingException>().With.Message.StartsWith("repeat_last_n: -1 stands for the context's length"));
        Assert.That(() => new SamplerChain(Seeded, new SamplingVocabulary(5), new Candidates(6)), Throws.TypeOf<SamplingException>());
    }

    [Test]
    public void AllocatesNothingPerToken([Values(0, 1, 2)] int mirostat, [Values("edskfypmxt", "yfpmt", "")] string order)
    {
        const int Vocabulary = 20_000;
        var chain = Chain(Everything with { Mirostat = mirostat, Samplers = SamplerOrder.ParseCharacters(order) }, Vocabulary);
        float[][] rows = [.. Enumerable.Range(0, 4).Select(seed => Rows.Random(seed, Vocabulary))];
        void Sample(int steps)
        {
            for (int step = 0; step < steps; step++)
                chain.Accept(chain.Sample(rows[step % 4]));
        }
        Sample(10);
        Assert.That(Allocations.LeastOf(() => Sample(30)), Is.Zero);
    }

    [Test]
    public void SamplesALargeVocabularyWithDefaultsInAMillisecond()
    {
        const int Vocabulary = 150_000;
        var chain = Chain(Seeded, Vocabulary);
        float[][] rows = [.. Enumerable.Range(0, 8).Select(seed => Rows.Random(seed, Vocabulary))];
        var times = new List<double>();
        for (int step = 0; step < 400; step++)
        {
            long start = Stopwatch.GetTimestamp();
            chain.Accept(chain.Sample(rows[step % 8]));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        times.Sort();
        TestContext.Out.WriteLine($"150,000 logits: fastest {times[0]:F3} ms, median {times[200]:F3} ms");
        // The fastest of many is what the machine needs; other work on it only adds.
        Assert.That(times[0], Is.LessThan(1));
    }
}
