using LlamaInterop.Inference;

namespace LlamaInterop.Tests.Inference;

/// <summary>All ways to come to a prompt's logits; each gives the logits of every position.</summary>
internal static class PrefillWays
{
    public static IReadOnlyList<(string Name, Func<TinyRunner, int[], int, float[][]> Logits)> All { get; } =
    [
        ("token by token", (runner, tokens, _) => runner.Logits(tokens, 1)),
        ("in odd steps", (runner, tokens, _) => runner.Logits(tokens, 3, 1, 7)),
        ("forked", Forked),
        ("resumed from a checkpoint", Resumed),
        ("cut back to a checkpoint", CutBack),
        ("saved and restored", SavedAndRestored),
    ];

    /// <summary>What a runner needs for all ways.</summary>
    public static LlamaModelOptions Options { get; } = new() { Threads = 2, MaxSequences = 2, Checkpoints = 1, BatchSize = 64 };

    /// <summary>Asserts that every way gives, to the bit, what one step over the whole prompt gives.</summary>
    /// <param name="runner">Made with <see cref="Options"/>.</param>
    /// <param name="tokens">The prompt, which one step can hold.</param>
    /// <param name="cut">Where ways of two parts change from one to the other.</param>
    public static void AssertEqual(TinyRunner runner, int[] tokens, int cut)
    {
        float[][] whole = runner.Logits(tokens);
        Assert.Multiple(() =>
        {
            foreach ((string name, Func<TinyRunner, int[], int, float[][]> logits) in All)
                Assert.That(logits(runner, tokens, cut).AsSpan().SequenceEqual(whole, RowComparer.Instance), Is.True, $"{name}, cut at {cut}");
        });
        AssertEmpty(runner.Runner.Cache);
    }

    /// <summary>Every block and slot has been given back.</summary>
    public static void AssertEmpty(KvCache cache)
    {
        Assert.That(cache.Groups.Select(group => group.Pool.FreeCount), Is.EqualTo(cache.Groups.Select(group => group.Pool.Count)));
        Assert.That(cache.States.Pool.FreeCount, Is.EqualTo(cache.States.Pool.Count));
        Assert.That(cache.CheckpointCount, Is.Zero);
    }

    private static float[][] Forked(TinyRunner runner, int[] tokens, int cut)
    {
        using Sequence origin = runner.NewSequence();
        float[][] first = runner.Append(origin, tokens.AsSpan(0, cut));
        using Sequence fork = origin.Fork();
        GoElsewhere(runner, origin, tokens, cut);
        return [.. first, .. runner.Append(fork, tokens.AsSpan(cut))];
    }

    private static float[][] Resumed(TinyRunner runner, int[] tokens, int cut)
    {
        Sequence origin = runner.NewSequence();
        float[][] first = runner.Append(origin, tokens.AsSpan(0, cut));
        using Checkpoint checkpoint = origin.Keep();
        GoElsewhere(runner, origin, tokens, cut);
        origin.Dispose();
        using (Sequence other = checkpoint.Restore())
            GoElsewhere(runner, other, tokens, cut);
        using Sequence restored = checkpoint.Restore();
        return [.. first, .. runner.Append(restored, tokens.AsSpan(cut), 2)];
    }

    private static float[][] CutBack(TinyRunner runner, int[] tokens, int cut)
    {
        using Sequence sequence = runner.NewSequence();
        float[][] first = runner.Append(sequence, tokens.AsSpan(0, cut));
        using Checkpoint checkpoint = sequence.Keep();
        GoElsewhere(runner, sequence, tokens, cut);
        Assert.That(sequence.TryTruncate(cut), Is.True);
        return [.. first, .. runner.Append(sequence, tokens.AsSpan(cut))];
    }

    private static float[][] SavedAndRestored(TinyRunner runner, int[] tokens, int cut)
    {
        using var file = new MemoryStream();
        Sequence origin = runner.NewSequence();
        float[][] first = runner.Append(origin, tokens.AsSpan(0, cut));
        SequenceWriter.Write(file, runner.Runner, origin, SequenceWriter.Header(runner.Runner, origin, tokens.AsSpan(0, cut)));
        GoElsewhere(runner, origin, tokens, cut);
        origin.Dispose();
        file.Position = 0;
        (Sequence restored, int[] saved) = SequenceReader.Read(file, "memory", runner.Runner);
        using (restored)
        {
            Assert.That(saved, Is.EqualTo(tokens[..cut]));
            return [.. first, .. runner.Append(restored, tokens.AsSpan(cut))];
        }
    }

    /// <summary>Tokens of another continuation, as many as the context lets.</summary>
    private static void GoElsewhere(TinyRunner runner, Sequence sequence, int[] tokens, int cut)
    {
        int count = Math.Min(tokens.Length, runner.Runner.Options.ContextSize - cut);
        runner.Append(sequence, tokens.AsSpan(0, count), 5);
    }

    private sealed class RowComparer : IEqualityComparer<float[]>
    {
        public static RowComparer Instance { get; } = new();

        public bool Equals(float[]? a, float[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(float[] row) => row.Length;
    }
}
