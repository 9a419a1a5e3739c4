using LlamaInterop.Models;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class PerplexityTests
{
    private const int Context = 16;
    private static readonly PerplexityOptions Options = new() { ContextSize = Context };
    private static readonly int[] Text = TinyVocabulary.RandomTokens(new Random(1), (5 * Context) + 3);
    private TinyLlama _llama = null!;

    [OneTimeSetUp]
    public void Load() => _llama = new TinyLlama(Perplexity.Prepare(new LlamaModelOptions { Threads = 2, BatchSize = 64 }, Options));

    [OneTimeTearDown]
    public void Unload() => _llama.Dispose();

    /// <summary>BOS first, and the tokens of the second half scored by the logits before each.</summary>
    [Test]
    public void ScoresTheSecondHalfOfEachChunkAfterBos()
    {
        var losses = new List<double>();
        for (int chunk = 0; chunk < 5; chunk++)
            losses.AddRange(Losses([TinyVocabulary.Bos, .. Text.AsSpan((chunk * Context) + 1, Context - 1)], Context / 2));
        PerplexityResult result = Perplexity.Measure(_llama.Model, Text, Options);
        Assert.That((result.Chunks, result.Tokens), Is.EqualTo((5, 5 * ((Context / 2) - 1))));
        Assert.That(result.Perplexity, Is.EqualTo(Math.Exp(losses.Average())).Within(1e-5).Percent);
        double variance = losses.Average(loss => loss * loss) - (losses.Average() * losses.Average());
        Assert.That(result.Error, Is.EqualTo(result.Perplexity * Math.Sqrt(variance / (losses.Count - 1))).Within(1e-3).Percent);
    }

    /// <summary>Windows of context and half a stride, in which the last tokens, as many as the stride, are scored; BOS only where the text has it.</summary>
    [Test]
    public void StridesOverlap()
    {
        const int Stride = 6, Window = Context + (Stride / 2);
        using var llama = new TinyLlama(Perplexity.Prepare(new LlamaModelOptions { Threads = 2 }, Options with { Stride = Stride }));
        var losses = new List<double>();
        for (int start = 0; start < Text.Length - Window; start += Stride)
            losses.AddRange(Losses(Text.AsSpan(start, Window), Window - Stride - 1));
        PerplexityResult result = Perplexity.Measure(llama.Model, Text, Options with { Stride = Stride });
        Assert.That(result.Perplexity, Is.EqualTo(Math.Exp(losses.Average())).Within(1e-5).Percent);
        Assert.That(result.Tokens, Is.EqualTo(losses.Count));
    }

    [TestCase(1, 64, 256, 8)]
    [TestCase(2, 16, 256, 1)]
    [TestCase(2, 64, 3, 2)]
    [TestCase(2, 8, 1, 1)]
    public void IsTheSameForAllThreadsStepsAndGroups(int threads, int batch, int rows, int sequences)
    {
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = threads, ContextSize = Context, BatchSize = batch, OutputRows = rows, MaxSequences = sequences });
        Assert.That(Perplexity.Measure(llama.Model, Text, Options), Is.EqualTo(Perplexity.Measure(_llama.Model, Text, Options)));
    }

    [TestCase(ActivationPrecision.Auto, ActivationPrecision.Plain)]
    [TestCase(ActivationPrecision.Refined, ActivationPrecision.Refined)]
    public void MeasuresWithLlamaCppsPrecisionUnlessAsked(ActivationPrecision asked, ActivationPrecision given) =>
        Assert.That(Perplexity.Prepare(new LlamaModelOptions { Activations = asked }, Options).Activations, Is.EqualTo(given));

    [Test]
    public void ReportsEveryChunk()
    {
        var seen = new List<PerplexityProgress>();
        PerplexityResult result = Perplexity.Measure(_llama.Model, Text, Options with { MaxChunks = 3 }, new Listener(seen.Add));
        Assert.That(seen.Select(progress => (progress.Chunk, progress.Chunks)), Is.EqualTo(new[] { (1, 3), (2, 3), (3, 3) }));
        Assert.That((seen[2].Perplexity, seen[2].Error), Is.EqualTo((result.Perplexity, result.Error)));
    }

    [Test]
    public void StopsWhenCancelled()
    {
        using var source = new CancellationTokenSource();
        var listener = new Listener(_ => source.Cancel());
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = 2, ContextSize = Context });
        Assert.That(() => Perplexity.Measure(llama.Model, Text, Options, listener, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [TestCase(3, 0, 0, "a chunk of 3 tokens")]
    [TestCase(Context, -1, 0, "-1 chunks")]
    [TestCase(Context, 0, -1, "stride is -1")]
    [TestCase(Context, 0, Context + 1, "stride is 17")]
    [TestCase(64, 0, 0, "the text has 83 tokens, but with a context of 64 at least 128 are needed")]
    [TestCase(40, 0, 0, "do not fit the model's context of 16")]
    public void RefusesWhatCannotBeMeasured(int context, int chunks, int stride, string message) => Assert.That(
        () => Perplexity.Measure(_llama.Model, Text, new PerplexityOptions { ContextSize = context, MaxChunks = chunks, Stride = stride }),
        Throws.TypeOf<ModelException>().With.Message.Contains(message));

    [TestCase(-1)]
    [TestCase(int.MaxValue)]
    public void RefusesTokensThatAreNone(int token) => Assert.That(
        () => Perplexity.Measure(_llama.Model, [.. Text[..^10], token, .. Text[^9..]], Options with { ContextSize = 4 }),
        Throws.TypeOf<ModelException>().With.Message.Contains($"token {token} is not in the vocabulary"));

    /// <summary>The negative log-probabilities of the tokens after position <paramref name="first"/>, in double precision.</summary>
    private List<double> Losses(ReadOnlySpan<int> tokens, int first)
    {
        int[] ids = tokens.ToArray();
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = 2, ContextSize = ids.Length });
        var losses = new List<double>();
        llama.Model.Evaluate(ids, allPositions: true, (logits, position) =>
        {
            if (position < first || position == ids.Length - 1)
                return;
            double sum = 0;
            foreach (float logit in logits)
                sum += Math.Exp(logit);
            losses.Add(Math.Log(sum) - logits[ids[position + 1]]);
        });
        return losses;
    }

    private sealed class Listener(Action<PerplexityProgress> report) : IProgress<PerplexityProgress>
    {
        public void Report(PerplexityProgress value) => report(value);
    }
}
