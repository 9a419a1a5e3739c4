using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Models;
using NUnit.Framework.Constraints;

namespace LlamaInterop.Tests.Inference;

/// <summary>For every kind of cache: however a prompt came to be computed, its logits are the same to the bit.</summary>
internal sealed class PrefillInvarianceTests
{
    /// <summary>Paged, windowed, chunked, several groups, recurrent, and hybrids of all.</summary>
    private static readonly TinyMixture[] Kinds = [new("aa"), new("ww"), new("cc"), new("wvaw"), new("rr"), new("srs"), new("ra"), new("rwsa")];

    [Test]
    public void WaysToAPromptsLogitsAreEqual([ValueSource(nameof(Kinds))] TinyMixture kind, [Values(1, 31, 64, 100)] int cut)
    {
        using var runner = new TinyRunner(kind, PrefillWays.Options with { BatchSize = 128 });
        PrefillWays.AssertEqual(runner, TinyVocabulary.RandomTokens(new Random(cut), 128), cut);
    }

    [Test]
    public void InterleavedSequencesAreAsAlone([ValueSource(nameof(Kinds))] TinyMixture kind)
    {
        using var runner = new TinyRunner(kind, new LlamaModelOptions { Threads = 2, MaxSequences = 5, BatchSize = 64 });
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, 5).Select(_ => TinyVocabulary.RandomTokens(random, random.Next(1, 150)))];
        float[][][] together = runner.Interleave(prompts, random);
        for (int s = 0; s < prompts.Length; s++)
            Assert.That(together[s], Is.EqualTo(runner.Logits(prompts[s])), $"sequence {s} of {prompts[s].Length} tokens");
        PrefillWays.AssertEmpty(runner.Runner.Cache);
    }

    [Test]
    public void CancelledStepLeavesSequencesAsTheyWere([ValueSource(nameof(Kinds))] TinyMixture kind)
    {
        using var runner = new TinyRunner(kind, PrefillWays.Options);
        using var cancel = new CancelFlag();
        int[] tokens = TinyVocabulary.RandomTokens(new Random(2), 150);
        float[][] expected = runner.Logits(tokens);
        using Sequence first = runner.NewSequence(), second = runner.NewSequence();
        runner.Append(first, tokens.AsSpan(0, 100));
        Batch batch = runner.Runner.NewBatch();
        foreach (Sequence sequence in (Sequence[])[first, second])
        {
            int index = batch.AddSequence(sequence);
            for (int i = 0; i < 20; i++)
                batch.Add(index, tokens[sequence.Length + i], wantsLogits: false);
        }
        cancel.Set();
        Assert.That(() => runner.Runner.Run(batch, cancel), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runner.Append(first, tokens.AsSpan(100)), Is.EqualTo(expected[100..]));
        Assert.That(runner.Append(second, tokens), Is.EqualTo(expected));
    }

    [Test]
    public void FailedStepLeavesSequencesAsTheyWere([ValueSource(nameof(Kinds))] TinyMixture kind)
    {
        using var runner = new TinyRunner(kind, PrefillWays.Options);
        AssertFailureChangesNothing(runner, isFull: false, TinyVocabulary.Count, Throws.InstanceOf<NativeException>());
    }

    [Test]
    public void StepWithoutRoomLeavesSequencesAsTheyWere([Values("aa", "rr", "ra")] string layers)
    {
        using var runner = new TinyRunner(new TinyMixture(layers), PrefillWays.Options);
        AssertFailureChangesNothing(runner, isFull: true, TinyVocabulary.Bos, Throws.InstanceOf<CacheFullException>().With.Message.Contains("are in use"));
    }

    private static void AssertFailureChangesNothing(TinyRunner runner, bool isFull, int failingToken, IResolveConstraint failure)
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(4), 256);
        float[][] expected = runner.Logits(tokens);
        using Sequence first = runner.NewSequence(), second = runner.NewSequence();
        runner.Append(first, tokens.AsSpan(0, 200));
        List<Sequence> others = isFull ? FillUp(runner) : [];
        Batch batch = runner.Runner.NewBatch();
        int index = batch.AddSequence(first);
        for (int i = 200; i < 230; i++)
            batch.Add(index, tokens[i], wantsLogits: false);
        batch.Add(batch.AddSequence(second), failingToken, wantsLogits: true);
        Assert.That(() => runner.Runner.Run(batch), failure);
        Assert.That((first.Length, second.Length), Is.EqualTo((200, 0)));
        others.ForEach(other => other.Dispose());
        Assert.That(runner.Append(first, tokens.AsSpan(200)), Is.EqualTo(expected[200..]));
    }

    /// <summary>Sequences of one token, as many as there is room for.</summary>
    private static List<Sequence> FillUp(TinyRunner runner)
    {
        var sequences = new List<Sequence>();
        Assert.That(
            () =>
            {
                while (true)
                {
                    sequences.Add(runner.NewSequence());
                    runner.Append(sequences[^1], [TinyVocabulary.Bos]);
                }
            },
            Throws.InstanceOf<CacheFullException>());
        return sequences;
    }

    [Test]
    public void WindowsMayKeepAllInstead([Values("ww", "cc", "wvaw", "rwsa")] string layers)
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(3), 200);
        using var windowed = new TinyRunner(new TinyMixture(layers), PrefillWays.Options);
        using var full = new TinyRunner(new TinyMixture(layers), PrefillWays.Options with { FullWindows = true });
        Assert.That(full.Logits(tokens), Is.EqualTo(windowed.Logits(tokens)));
        Assert.That(full.Runner.Cache.Groups, Has.Count.EqualTo(1));
    }
}
