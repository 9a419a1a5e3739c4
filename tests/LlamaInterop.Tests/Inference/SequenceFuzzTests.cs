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
        private readonly Random _random;
        private readonly TinyRunner _runner;
        private readonly (Sequence Sequence, List<int> Tokens)?[] _slots = new (Sequence, List<int>)?[Slots];
        private readonly string _name;

        public Life(int seed, int window)
        {
            _name = $"seed {seed}, window {window}";
            _random = new Random(seed);
            var model = new TinyModel { Layers = 2, Embedding = 24, Heads = 2, KvHeads = 1, FeedForward = 20, Window = window };
            _runner = new TinyRunner(model, new LlamaModelOptions { Threads = 1, MaxSequences = Slots + 1, BatchSize = 64 });
        }

        private BlockPool Pool => _runner.Runner.Cache.Groups[0].Pool;

        public void DoSomething()
        {
            int i = _random.Next(Slots), other = _random.Next(Slots);
            switch (_random.Next(6))
            {
                case 0:
                    End(i);
                    break;
                case 1 when _slots[i] is { } origin && i != other:
                    End(other);
                    _slots[other] = (origin.Sequence.Fork(), [.. origin.Tokens]);
                    break;
                case 2 when _slots[i] is { } cut:
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
            Assert.That(Pool.FreeCount, Is.EqualTo(Pool.Count), _name);
        }

        public void Dispose() => _runner.Dispose();

        private void GoOn(int i)
        {
            (Sequence sequence, List<int> tokens) = _slots[i] ??= (_runner.NewSequence(), []);
            int[] more = TinyVocabulary.RandomTokens(_random, Math.Min(_random.Next(1, 80), MaxLength - tokens.Count));
            float[][] logits = _runner.Append(sequence, more, _random.Next(1, 40));
            tokens.AddRange(more);
            Assert.That(logits, Is.EqualTo(_runner.Logits([.. tokens])[^more.Length..]), $"{_name}, {tokens.Count} tokens");
        }

        private void Cut(Sequence sequence, List<int> tokens)
        {
            int length = _random.Next(2) == 0 ? Math.Max(0, tokens.Count - _random.Next(20)) : _random.Next(tokens.Count + 1);
            if (sequence.TryTruncate(length))
                tokens.RemoveRange(length, tokens.Count - length);
            Assert.That(sequence.Length, Is.EqualTo(tokens.Count), _name);
        }

        private void End(int i)
        {
            _slots[i]?.Sequence.Dispose();
            _slots[i] = null;
        }
    }
}
