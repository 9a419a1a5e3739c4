using LlamaInterop.Inference;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Inference;

internal sealed class SchedulerTests
{
    private readonly List<IDisposable> _made = [];
    private TinyRunner _runner = null!;

    [OneTimeSetUp]
    public void Load() => _runner = new TinyRunner(new TinyModel(), new LlamaModelOptions { Threads = 1, MaxSequences = 4, BatchSize = 16 });

    [TearDown]
    public void EndGenerations()
    {
        _made.ForEach(thing => thing.Dispose());
        _made.Clear();
    }

    [OneTimeTearDown]
    public void Unload() => _runner.Dispose();

    [Test]
    public void DecodingComesBeforePromptsAndPromptsInOrderOfArrival()
    {
        var scheduler = new Scheduler(4);
        foreach (int length in (int[])[10, 1, 30, 5])
            scheduler.Add(NewGeneration(length));
        Batch batch = _runner.Runner.NewBatch();
        scheduler.Fill(batch);
        Assert.That(Enumerable.Range(0, 4).Select(scheduler.StepTokens), Is.EqualTo(new[] { 10, 1, 5, 0 }));
        Assert.That(batch.TokenCount, Is.EqualTo(16));
        Assert.That(batch.OutputRows.ToArray(), Is.EqualTo(new[] { 0, 10 }), "the decoding one's row, then the last of the whole prompt");
        Assert.That(scheduler.Running.Select(generation => generation.OutputIndex), Is.EqualTo(new[] { 1, 0, -1, -1 }));
    }

    [Test]
    public void LongPromptGoesOnWhereItStopped()
    {
        var scheduler = new Scheduler(1);
        Generation generation = NewGeneration(40);
        scheduler.Add(generation);
        Batch batch = _runner.Runner.NewBatch();
        var computed = new List<int>();
        while (generation.PendingCount > 0)
        {
            batch.Clear();
            scheduler.Fill(batch);
            computed.AddRange(batch.Tokens);
            Assert.That(generation.OutputIndex, Is.EqualTo(computed.Count == 40 ? 0 : -1));
            generation.StepDone(scheduler.StepTokens(0), ticks: 0);
        }
        Assert.That(computed, Is.EqualTo(generation.Prompt));
    }

    [Test]
    public void HasRoomForAsManyAsAskedFor()
    {
        var scheduler = new Scheduler(2);
        Generation first = NewGeneration(1);
        scheduler.Add(first);
        Assert.That(scheduler.HasRoom, Is.True);
        scheduler.Add(NewGeneration(1));
        Assert.That(scheduler.HasRoom, Is.False);
        scheduler.Remove(first);
        Assert.That(scheduler.HasRoom, Is.True);
    }

    [Test]
    public void TimingsCountOnlyWhatOfThePromptWasComputed()
    {
        Generation generation = NewGeneration(40);
        Assert.That(generation.Timings.PromptTokens, Is.Zero);
        generation.StepDone(16, 1);
        Assert.That(generation.Timings.PromptTokens, Is.EqualTo(16));
        generation.StepDone(24, 1);
        generation.StepDone(1, 1);
        Assert.That((generation.Timings.PromptTokens, generation.Timings.EvaluatedTokens), Is.EqualTo((40, 1)));
    }

    private Generation NewGeneration(int promptLength)
    {
        var options = new GenerationOptions();
        var chain = new SamplerChain(options.Sampling, new SamplingVocabulary(TinyVocabulary.Count));
        int[] prompt = TinyVocabulary.RandomTokens(new Random(promptLength), promptLength);
        var generation = new Generation(prompt, options, chain, Tokenizer.FromGguf(_runner.File.Metadata), 256) { Sequence = _runner.NewSequence() };
        _made.Add(generation);
        _made.Add(generation.Sequence);
        return generation;
    }
}
