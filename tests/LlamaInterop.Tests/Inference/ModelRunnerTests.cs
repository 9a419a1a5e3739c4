using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

internal sealed class ModelRunnerTests
{
    [Test]
    public void CancelledStepLeavesTheSequenceAsItWas()
    {
        using var runner = new TinyRunner(new TinyModel { Window = 40 }, new LlamaModelOptions { Threads = 2, MaxSequences = 2 });
        using var cancel = new CancelFlag();
        int[] tokens = TinyVocabulary.RandomTokens(new Random(1), 150);
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, tokens.AsSpan(0, 100));
        Batch batch = BatchOf(runner, sequence, tokens.AsSpan(100));
        cancel.Set();
        Assert.That(() => runner.Runner.Run(batch, cancel), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(sequence.Length, Is.EqualTo(100));
        cancel.Clear();
        runner.Runner.Run(batch, cancel);
        Assert.That(runner.Runner.Logits(0).ToArray(), Is.EqualTo(runner.Logits(tokens)[^1]));
    }

    [Test]
    public void FullCacheLeavesEverySequenceAsItWas()
    {
        using var runner = new TinyRunner(new TinyModel { Context = 64 }, new LlamaModelOptions { Threads = 1, MaxSequences = 2, BatchSize = 64 });
        int[] tokens = TinyVocabulary.RandomTokens(new Random(2), 64);
        using Sequence first = runner.NewSequence(), second = runner.NewSequence();
        runner.Append(first, tokens);
        runner.Append(second, tokens.AsSpan(0, 10));
        using Sequence third = runner.NewSequence();
        Batch batch = runner.Runner.NewBatch();
        batch.Add(batch.AddSequence(second), tokens[10], wantsLogits: true);
        batch.Add(batch.AddSequence(third), tokens[0], wantsLogits: true);
        Assert.That(() => runner.Runner.Run(batch), Throws.InstanceOf<CacheFullException>());
        Assert.That((second.Length, third.Length), Is.EqualTo((10, 0)));
        first.Dispose();
        Assert.That(runner.Append(second, tokens.AsSpan(10)), Is.EqualTo(runner.Logits(tokens)[10..]));
    }

    [Test]
    public void StepInsideAPromptGivesNoLogits()
    {
        using var runner = new TinyRunner(new TinyModel());
        int[] tokens = TinyVocabulary.RandomTokens(new Random(3), 20);
        using Sequence sequence = runner.NewSequence();
        Batch batch = runner.Runner.NewBatch();
        int index = batch.AddSequence(sequence);
        foreach (int token in tokens.AsSpan(0, 12))
            Assert.That(batch.Add(index, token, wantsLogits: false), Is.EqualTo(-1));
        runner.Runner.Run(batch);
        Assert.That(runner.Append(sequence, tokens.AsSpan(12)), Is.EqualTo(runner.Logits(tokens)[12..]));
    }

    [TestCase(1, 0)]
    [TestCase(2, 1)]
    [TestCase(3, 2)]
    [TestCase(4, 2)]
    [TestCase(512, 9)]
    [TestCase(513, 10)]
    public void BatchClassIsTheNextPowerOfTwo(int tokens, int index) => Assert.That(BatchClasses.IndexOf(tokens), Is.EqualTo(index));

    [Test]
    public void EstimateCountsWhatIsTaken()
    {
        using var runner = new TinyRunner(new TinyModel(), new LlamaModelOptions { Threads = 1, ContextSize = 100, MaxSequences = 3 });
        const int Blocks = 2 * 3, Layers = 2, KvHeads = 2, HeadLength = 8;
        Assert.That(runner.Runner.Estimate.Cache, Is.EqualTo(Layers * 2 * Blocks * 64 * KvHeads * HeadLength * sizeof(float)));
        Assert.That(runner.Runner.Estimate.Weights, Is.EqualTo(runner.File.Tensors.Sum(tensor => tensor.ByteLength)));
    }

    private static Batch BatchOf(TinyRunner runner, Sequence sequence, ReadOnlySpan<int> tokens)
    {
        Batch batch = runner.Runner.NewBatch();
        int index = batch.AddSequence(sequence);
        for (int i = 0; i < tokens.Length; i++)
            batch.Add(index, tokens[i], wantsLogits: i == tokens.Length - 1);
        return batch;
    }
}
