using System.Numerics;

namespace LlamaInterop.Sampling;

/// <summary>Partial sorting of the columns of <see cref="Candidates"/>, by way of one key for each candidate.</summary>
internal static class CandidateSelection
{
    /// <summary>How many keys more than candidates the key buffer holds: a vector's worth may be appended before it is pruned.</summary>
    public const int Slack = 64;

    private const int SmallestPool = 1024;

    /// <summary>Permutes the columns such that the <paramref name="count"/> best come first, in falling order.</summary>
    public static void SortTop(Span<ulong> keys, Span<int> ids, Span<float> logits, int count)
    {
        keys = keys[..ids.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = CandidateKey.Of(logits[i], ids[i]);
        TopSelection.SortTop(keys, count);
        Unpack(keys, ids, logits);
    }

    /// <summary>Puts the <paramref name="count"/> best at the front, in falling order; what stands behind them is undefined.</summary>
    /// <remarks>
    /// One pass collects keys above a floor into a pool of about twice <paramref name="count"/>; a full pool is pruned and raises the floor.
    /// Whole vectors below the floor are skipped, which in a row of logits is nearly all of them; a rising row costs a prune for each half pool.
    /// </remarks>
    public static void KeepTop(Span<ulong> keys, Span<int> ids, Span<float> logits, int count)
    {
        int pool = (int)Math.Min((2L * count) + SmallestPool, keys.Length);
        int filled = 0;
        ulong floor = 0;
        for (int start = 0; start < ids.Length;)
        {
            int end = Math.Min(start + Vector<float>.Count, ids.Length);
            if (filled + Vector<float>.Count > pool)
            {
                TopSelection.Partition(keys[..filled], count);
                filled = count;
                floor = Smallest(keys[..count]);
            }
            bool skip = floor != 0 && end - start == Vector<float>.Count
                && Vector.LessThanAll(new Vector<float>(logits[start..]), new Vector<float>(CandidateKey.LogitOf(floor)));
            for (; !skip && start < end; start++)
            {
                ulong key = CandidateKey.Of(logits[start], ids[start]);
                if (key > floor)
                    keys[filled++] = key;
            }
            start = end;
        }
        TopSelection.SortTop(keys[..filled], count);
        Unpack(keys[..count], ids, logits);
    }

    private static ulong Smallest(ReadOnlySpan<ulong> keys)
    {
        ulong smallest = keys[0];
        foreach (ulong key in keys)
            smallest = Math.Min(smallest, key);
        return smallest;
    }

    private static void Unpack(ReadOnlySpan<ulong> keys, Span<int> ids, Span<float> logits)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            ids[i] = CandidateKey.IdOf(keys[i]);
            logits[i] = CandidateKey.LogitOf(keys[i]);
        }
    }
}
