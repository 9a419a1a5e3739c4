using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>Rows given as embeddings in place of tokens, as images will come.</summary>
internal sealed class EmbeddingRowTests
{
    private const int Embedding = 32;
    private static readonly TinyModel Model = new() { Embedding = Embedding };
    private static readonly int[] Tokens = TinyVocabulary.RandomTokens(new Random(1), 90);

    /// <summary>Every third row, all, or none as an embedding.</summary>
    [Test]
    public void GiveTheLogitsOfTheTokensThatTheyStandFor([Values(1, 3, 1000)] int every, [Values(1, 7, 64)] int step)
    {
        using var runner = new TinyRunner(Model, new LlamaModelOptions { Threads = 2, BatchSize = 64 });
        Assert.That(runner.LogitsOfRows(Tokens, step, t => t % every == 0 ? runner.EmbeddingOf(Tokens[t]) : null), Is.EqualTo(runner.Logits(Tokens)));
    }

    /// <summary>A row that is no token's changes what follows, and the rows of an earlier step do not linger.</summary>
    [Test]
    public void AreReadFromTheStepTheyCameIn()
    {
        using var runner = new TinyRunner(Model, new LlamaModelOptions { Threads = 2, BatchSize = 64 });
        var random = new Random(2);
        float[][] other = runner.LogitsOfRows(Tokens, 9, _ => [.. Enumerable.Range(0, Embedding).Select(_ => random.NextSingle())]);
        float[][] tokens = runner.Logits(Tokens);
        Assert.That(other[0], Is.Not.EqualTo(tokens[0]));
        Assert.That(runner.LogitsOfRows(Tokens, 9, t => runner.EmbeddingOf(Tokens[t])), Is.EqualTo(tokens));
    }

    [Test]
    public void RefuseAnotherLength([Values(0, Embedding - 1, Embedding + 1)] int length)
    {
        using var runner = new TinyRunner(Model, new LlamaModelOptions { Threads = 1, BatchSize = 64 });
        using Sequence sequence = runner.NewSequence();
        Batch batch = runner.Runner.NewBatch();
        int index = batch.AddSequence(sequence);
        Assert.That(() => batch.AddEmbedding(index, new float[length], false), Throws.InstanceOf<ArgumentException>().With.Message.Contains($"{length} elements"));
        Assert.That((batch.TokenCount, batch.EmbeddingCount), Is.EqualTo((0, 0)));
    }

    [Test]
    public void IdThatNamesNoRowIsAFault()
    {
        using var runner = new TinyRunner(Model, new LlamaModelOptions { Threads = 1, BatchSize = 64 });
        using Sequence sequence = runner.NewSequence();
        Batch batch = runner.Runner.NewBatch();
        batch.Add(batch.AddSequence(sequence), -1 - 64, wantsLogits: true);
        Assert.That(() => runner.Runner.Run(batch), Throws.InstanceOf<NativeException>());
        Assert.That(sequence.Length, Is.Zero);
    }
}
