using LlamaInterop.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>Random lives of several sequences: whatever was forked, cut and dropped, each goes on as one computed from nothing.</summary>
internal sealed class SequenceFuzzTests
{
    private const int MaxLength = 200;
    private const int Slots = 3;

    [Test]
    public void SequencesGoOnAsIfComputedFromNothing([Range(1, 6)] int seed, [Values(0, 1, 50)] int window)
    {
        using var life = new Life(seed, window);
        for (int i = 0; i < 60; i++)
            life.DoSomething();
        life.EndAll();
    }

    private sealed class Life : IDisposable
    {
        private readonly Random random;
        private readonly TinyRunner runner;
        private readonly (Sequence Sequence, List<int> Tokens)?[] slots = new (Sequence, List<int>)?[Slots];
        private readonly string name;

        public Life(int seed, int window)
        {
            name = $"seed {seed}, window {window}";
            random = new Random(seed);
            var model = new TinyModel { Layers = 2, Embedding = 24, Heads = 2, KvHeads = 1, FeedForward = 20, Window = window };
            runner = new TinyRunner(model, new LlamaModelOptions { Threads = 1, MaxSequences = Slots + 1, BatchSize = 64 });
        }

        private BlockPool Pool => runner.Runner.Cache.Groups[0].Pool;

        public void DoSomething()
        {
            int i = random.Next(Slots), other = random.Next(Slots);
            switch (random.Next(6))
            {
                case 0:
                    End(i);
                    break;
                case 1 when slots[i] is { } origin && i != other:
                    End(other);
                    slots[other] = (origin.Sequence.Fork(), [.. origin.Tokens]);
                    break;
                case 2 when slots[i] is { } cut:
                    Cut(cut.Sequence, cut.Tokens);
                    break;
                default:
                    GoOn(i);
                    break;
            }
        }

        public void EndAll()
        {
            for (int i = 0; i < Slots; i++)
                End(i);
            Assert.That(Pool.FreeCount, Is.EqualTo(Pool.Count), name);
        }

        public void Dispose() => runner.Dispose();

        private void GoOn(int i)
        {
            (Sequence sequence, List<int> tokens) = slots[i] ??= (runner.NewSequence(), []);
            int[] more = TinyVocabulary.RandomTokens(random, Math.Min(random.Next(1, 80), MaxLength - tokens.Count));
            float[][] logits = runner.Append(sequence, more, random.Next(1, 40));
            tokens.AddRange(more);
            Assert.That(logits, Is.EqualTo(runner.Logits([.. tokens])[^more.Length..]), $"{name}, {tokens.Count} tokens");
        }

        private void Cut(Sequence sequence, List<int> tokens)
        {
            int length = random.Next(2) == 0 ? Math.Max(0, tokens.Count - random.Next(20)) : random.Next(tokens.Count + 1);
            if (sequence.TryTruncate(length))
                tokens.RemoveRange(length, tokens.Count - length);
            Assert.That(sequence.Length, Is.EqualTo(tokens.Count), name);
        }

        private void End(int i)
        {
            slots[i]?.Sequence.Dispose();
            slots[i] = null;
        }
    }
}
