using LlamaInterop.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

internal sealed class CheckpointTests
{
    private const int Context = 256;
    private static readonly LlamaModelOptions TwoAndThree = new() { Threads = 1, MaxSequences = 2, Checkpoints = 3, BatchSize = 32, ContextSize = Context };
    private static readonly int[] Tokens = TinyVocabulary.RandomTokens(new Random(1), Context);

    /// <summary>The worst case: checkpoints of long sequences that ended, and as many running ones as there may be, each as long as the context.</summary>
    [Test]
    public void RunningSequencesNeverLackWhatCheckpointsHold([Values("aa", "ww", "rr", "rwsa")] string layers)
    {
        using var runner = new TinyRunner(new TinyMixture(layers), TwoAndThree);
        var checkpoints = new List<Checkpoint>();
        for (int i = 0; i < 3; i++)
        {
            using Sequence ended = runner.NewSequence();
            runner.Append(ended, Tokens.AsSpan(i, 250), 30);
            checkpoints.Add(ended.Keep());
        }
        using Sequence first = checkpoints[0].Restore(), second = runner.NewSequence();
        runner.Append(first, Tokens.AsSpan(0, Context - 250), 1);
        float[][] logits = runner.Append(second, Tokens, 31);
        checkpoints.ForEach(kept => kept.Dispose());
        first.Dispose();
        Assert.That(logits, Is.EqualTo(runner.Logits(Tokens)));
    }

    [Test]
    public void RefusesMoreThanWerePlanned()
    {
        using var runner = new TinyRunner(new TinyMixture("ra"), TwoAndThree with { Checkpoints = 1 });
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, Tokens.AsSpan(0, 10));
        Checkpoint first = sequence.Keep();
        Assert.That(sequence.Keep, Throws.InstanceOf<CacheFullException>().With.Message.Contains("1 checkpoint"));
        first.Dispose();
        first.Dispose();
        Assert.That(() => sequence.Keep().Dispose(), Throws.Nothing, "disposing twice gave back one place");
        Assert.That(first.Restore, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void CutGoesBackToTheCheckpointOfThatLengthAlone([Values("rr", "ww", "rw")] string layers)
    {
        using var runner = new TinyRunner(new TinyMixture(layers) { Window = 8 }, TwoAndThree);
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, Tokens.AsSpan(0, 50));
        using Checkpoint at50 = sequence.Keep();
        runner.Append(sequence, Tokens.AsSpan(50, 20));
        using Checkpoint at70 = sequence.Keep();
        runner.Append(sequence, Tokens.AsSpan(70, 130));
        Assert.That((sequence.TryTruncate(51), sequence.TryTruncate(49), sequence.Length), Is.EqualTo((false, false, 200)));
        Assert.That((sequence.TryTruncate(70), sequence.Length), Is.EqualTo((true, 70)));
        Assert.That((sequence.TryTruncate(50), sequence.Length), Is.EqualTo((true, 50)));
        runner.Append(sequence, Tokens.AsSpan(100, 140), 30);
        Assert.That(sequence.TryTruncate(70), Is.False, "that checkpoint is of another past now");
        Assert.That(sequence.TryTruncate(50), Is.True);
        Assert.That(runner.Append(sequence, Tokens.AsSpan(50)), Is.EqualTo(runner.Logits(Tokens)[50..]));
    }

    [Test]
    public void ForkGoesBackToItsOriginsCheckpointsWhileTheyLive()
    {
        using var runner = new TinyRunner(new TinyMixture("rr"), TwoAndThree);
        Sequence origin = runner.NewSequence();
        runner.Append(origin, Tokens.AsSpan(0, 40));
        Checkpoint checkpoint = origin.Keep();
        using Sequence fork = origin.Fork();
        origin.Dispose();
        runner.Append(fork, Tokens.AsSpan(100, 50));
        Assert.That(fork.TryTruncate(40), Is.True);
        Assert.That(runner.Append(fork, Tokens.AsSpan(40, 60)), Is.EqualTo(runner.Logits(Tokens.AsSpan(0, 100))[40..]));
        checkpoint.Dispose();
        Assert.That(fork.TryTruncate(40), Is.False);
        Assert.That(fork.TryTruncate(0), Is.True, "nothing is needed for the first token");
        Assert.That(runner.Append(fork, Tokens.AsSpan(0, 20)), Is.EqualTo(runner.Logits(Tokens.AsSpan(0, 20))));
    }

    [Test]
    public void RestoredSequenceCanComeBack()
    {
        using var runner = new TinyRunner(new TinyMixture("rw"), TwoAndThree);
        Sequence origin = runner.NewSequence();
        runner.Append(origin, Tokens.AsSpan(0, 60));
        using Checkpoint checkpoint = origin.Keep();
        origin.Dispose();
        using Sequence restored = checkpoint.Restore();
        runner.Append(restored, Tokens.AsSpan(0, 150), 20);
        Assert.That(restored.TryTruncate(60), Is.True);
        Assert.That(runner.Append(restored, Tokens.AsSpan(60)), Is.EqualTo(runner.Logits(Tokens)[60..]));
    }

    [Test]
    public void EmptySequenceCanBeKept()
    {
        using var runner = new TinyRunner(new TinyMixture("rw"), TwoAndThree);
        using Sequence sequence = runner.NewSequence();
        using Checkpoint checkpoint = sequence.Keep();
        runner.Append(sequence, Tokens.AsSpan(0, 100));
        using Sequence restored = checkpoint.Restore();
        Assert.That(restored.Length, Is.Zero);
        Assert.That(runner.Append(restored, Tokens), Is.EqualTo(runner.Logits(Tokens)));
    }
}
