using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>
/// Random lives of several sequences: whatever was forked, cut, kept, restored, saved, cancelled and dropped, each goes on as one computed
/// from nothing.
/// </summary>
internal sealed class SequenceFuzzTests
{
    private const int MaxLength = 200;
    private const int Slots = 3;
    private const int Kept = 2;

    [Test]
    public void SequencesGoOnAsIfComputedFromNothing(
        [Range(1, 6)] int seed, [Values("a", "w", "r", "rs", "wvra")] string layers, [Values(1, 50)] int window)
    {
        using var life = new Life(seed, new TinyMixture(layers) { Window = window });
        for (int i = 0; i < 60; i++)
            life.DoSomething();
        life.EndAll();
    }

    private sealed class Life : IDisposable
    {
        private readonly Random _random;
        private readonly TinyRunner _runner;
        private readonly CancelFlag _cancelled = new();
        private readonly (Sequence Sequence, List<int> Tokens)?[] _slots = new (Sequence, List<int>)?[Slots];
        private readonly (Checkpoint Checkpoint, int[] Tokens)?[] _kept = new (Checkpoint, int[])?[Kept];
        private readonly string _name;

        public Life(int seed, TinyMixture model)
        {
            _name = $"seed {seed}, {model}, window {model.Window}";
            _random = new Random(seed);
            _cancelled.Set();
            _runner = new TinyRunner(model, new LlamaModelOptions { Threads = 1, MaxSequences = Slots + 1, Checkpoints = Kept, BatchSize = 64 });
        }

        public void DoSomething()
        {
            int i = _random.Next(Slots), other = _random.Next(Slots), k = _random.Next(Kept);
            switch (_random.Next(12))
            {
                case 0:
                    End(i);
                    break;
                case 1 when _slots[i] is { } origin && i != other:
                    End(other);
                    _slots[other] = (origin.Sequence.Fork(), [.. origin.Tokens]);
                    break;
                case 2 or 3 when _slots[i] is { } cut:
                    Cut(cut.Sequence, cut.Tokens);
                    break;
                case 4 or 5 when _slots[i] is { } alive:
                    _kept[k]?.Checkpoint.Dispose();
                    _kept[k] = (alive.Sequence.Keep(), [.. alive.Tokens]);
                    break;
                case 6 when _kept[k] is { } kept:
                    End(i);
                    _slots[i] = (kept.Checkpoint.Restore(), [.. kept.Tokens]);
                    break;
                case 7 when _slots[i] is { } saved:
                    Reload(i, saved.Sequence, saved.Tokens);
                    break;
                case 8 when _slots[i] is { } broken:
                    BreakOff(broken.Sequence, broken.Tokens);
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
            foreach ((Checkpoint Checkpoint, int[])? kept in _kept)
                kept?.Checkpoint.Dispose();
            PrefillWays.AssertEmpty(_runner.Runner.Cache);
        }

        public void Dispose()
        {
            _cancelled.Dispose();
            _runner.Dispose();
        }

        private void GoOn(int i)
        {
            (Sequence sequence, List<int> tokens) = _slots[i] ??= (_runner.NewSequence(), []);
            int[] more = TinyVocabulary.RandomTokens(_random, Math.Min(_random.Next(1, 80), MaxLength - tokens.Count));
            float[][] logits = _runner.Append(sequence, more, _random.Next(1, 40));
            tokens.AddRange(more);
            Assert.That(logits, Is.EqualTo(_runner.Logits([.. tokens])[^more.Length..]), $"{_name}, {tokens.Count} tokens");
        }

        /// <summary>To any length, a short way back, or to a checkpoint's.</summary>
        private void Cut(Sequence sequence, List<int> tokens)
        {
            int length = _random.Next(3) switch
            {
                0 => Math.Max(0, tokens.Count - _random.Next(20)),
                1 => _random.Next(tokens.Count + 1),
                _ => Math.Min(tokens.Count, _kept[_random.Next(Kept)]?.Tokens.Length ?? 0),
            };
            if (sequence.TryTruncate(length))
                tokens.RemoveRange(length, tokens.Count - length);
            Assert.That(sequence.Length, Is.EqualTo(tokens.Count), _name);
        }

        private void Reload(int i, Sequence sequence, List<int> tokens)
        {
            using var file = new MemoryStream();
            SequenceWriter.Write(file, _runner.Runner, sequence, SequenceWriter.Header(_runner.Runner, sequence, tokens.ToArray()));
            sequence.Dispose();
            file.Position = 0;
            (Sequence restored, int[] saved) = SequenceReader.Read(file, "memory", _runner.Runner);
            Assert.That(saved, Is.EqualTo(tokens), _name);
            _slots[i] = (restored, tokens);
        }

        private void BreakOff(Sequence sequence, List<int> tokens)
        {
            Batch batch = _runner.Runner.NewBatch();
            int index = batch.AddSequence(sequence), count = Math.Min(_random.Next(1, 64), MaxLength - tokens.Count);
            for (int t = 0; t < count; t++)
                batch.Add(index, TinyVocabulary.Bos, wantsLogits: false);
            if (count > 0)
                Assert.That(() => _runner.Runner.Run(batch, _cancelled), Throws.InstanceOf<OperationCanceledException>(), _name);
            Assert.That(sequence.Length, Is.EqualTo(tokens.Count), _name);
        }

        private void End(int i)
        {
            _slots[i]?.Sequence.Dispose();
            _slots[i] = null;
        }
    }
}
