using LlamaInterop.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>Forks, cuts and windows give the logits of sequences computed from nothing.</summary>
internal sealed class SequenceTests
{
    private static readonly LlamaModelOptions FourAtOnce = new() { Threads = 2, MaxSequences = 4, BatchSize = 64 };
    private static readonly TinyModel Windowed = new() { Window = 40 };

    [TestCase(20)]
    [TestCase(64)]
    [TestCase(100)]
    public void ForksEqualSequencesComputedApart(int sharedLength)
    {
        using var runner = new TinyRunner(new TinyModel(), FourAtOnce);
        var random = new Random(sharedLength);
        int[] start = TinyVocabulary.RandomTokens(random, sharedLength);
        int[][] ends = [.. Enumerable.Range(0, 4).Select(_ => TinyVocabulary.RandomTokens(random, 70))];
        Sequence first = runner.NewSequence();
        runner.Append(first, start);
        Sequence[] all = [first, first.Fork(), first.Fork(), first.Fork()];
        for (int s = all.Length - 1; s >= 0; s--)
            Assert.That(runner.Append(all[s], ends[s], 9), Is.EqualTo(runner.Logits([.. start, .. ends[s]])[sharedLength..]), $"fork {s}");
        Array.ForEach(all, sequence => sequence.Dispose());
        Assert.That(runner.Runner.Cache.Groups[0].Pool.FreeCount, Is.EqualTo(runner.Runner.Cache.Groups[0].Pool.Count));
    }

    [Test]
    public void ForkOutlivesItsOrigin()
    {
        using var runner = new TinyRunner(new TinyModel(), FourAtOnce);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(1), 150);
        Sequence origin = runner.NewSequence();
        runner.Append(origin, tokens.AsSpan(0, 90));
        using Sequence fork = origin.Fork();
        origin.Dispose();
        runner.Logits(TinyVocabulary.RandomTokens(new Random(2), 250));
        Assert.That(runner.Append(fork, tokens.AsSpan(90)), Is.EqualTo(runner.Logits(tokens)[90..]));
    }

    [Test]
    public void CutSequenceGoesOnAsIfNeverLonger([Values(0, 1, 63, 64, 65, 130)] int length)
    {
        using var runner = new TinyRunner(new TinyModel(), FourAtOnce);
        var random = new Random(length);
        int[] tokens = TinyVocabulary.RandomTokens(random, 140), others = TinyVocabulary.RandomTokens(random, 50);
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, tokens);
        Assert.That(sequence.TryTruncate(length), Is.True);
        Assert.That(sequence.Length, Is.EqualTo(length));
        Assert.That(runner.Append(sequence, others, 11), Is.EqualTo(runner.Logits([.. tokens[..length], .. others])[length..]));
    }

    [Test]
    public void CuttingAForkLeavesTheOriginAlone()
    {
        using var runner = new TinyRunner(new TinyModel(), FourAtOnce);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(3), 160);
        using Sequence origin = runner.NewSequence();
        runner.Append(origin, tokens.AsSpan(0, 100));
        using Sequence fork = origin.Fork();
        Assert.That(fork.TryTruncate(70), Is.True);
        runner.Append(fork, TinyVocabulary.RandomTokens(new Random(4), 40));
        Assert.That(runner.Append(origin, tokens.AsSpan(100)), Is.EqualTo(runner.Logits(tokens)[100..]));
    }

    [Test]
    public void WindowedCacheEqualsFullCache([Values(1, 2, 40, 64, 65, 128, 500)] int window, [Values(1, 13, 64)] int step)
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(window), 230);
        using var windowed = new TinyRunner(Windowed with { Window = window }, FourAtOnce);
        using var full = new TinyRunner(Windowed with { Window = window }, FourAtOnce with { FullWindows = true });
        Assert.That(windowed.Logits(tokens, step), Is.EqualTo(full.Logits(tokens)));
    }

    [Test]
    public void WindowedCacheGivesBlocksBack()
    {
        using var runner = new TinyRunner(Windowed, FourAtOnce);
        BlockPool pool = runner.Runner.Cache.Groups[0].Pool;
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, TinyVocabulary.RandomTokens(new Random(1), 240), 1);
        Assert.That(pool.Count - pool.FreeCount, Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void WindowedSequenceRefusesCutsBelowWhatItHolds()
    {
        using var runner = new TinyRunner(Windowed, FourAtOnce);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(5), 240), others = TinyVocabulary.RandomTokens(new Random(6), 30);
        using Sequence sequence = runner.NewSequence();
        runner.Append(sequence, tokens, 1);
        Assert.That(sequence.TryTruncate(150), Is.False);
        Assert.That(sequence.Length, Is.EqualTo(240), "nothing changed");
        Assert.That(sequence.TryTruncate(235), Is.True);
        Assert.That(runner.Append(sequence, others), Is.EqualTo(runner.Logits([.. tokens[..235], .. others])[235..]));
        Assert.That(sequence.TryTruncate(0), Is.True, "an empty sequence sees nothing");
        Assert.That(runner.Append(sequence, others), Is.EqualTo(runner.Logits(others)));
    }
}
