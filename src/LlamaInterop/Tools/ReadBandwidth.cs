using System.Diagnostics;
using System.Numerics;

namespace LlamaInterop.Tools;

/// <summary>
/// How fast threads together can read memory, as a limit to hold decoding against: each sums its part of a buffer far larger than
/// caches, in vectors with four independent sums.
/// </summary>
internal static class ReadBandwidth
{
    private const int BufferBytes = 512 << 20;
    private const int Passes = 6;
    private const int Sums = 4;

    /// <summary>Bytes a second of the best of six passes.</summary>
    public static double Measure(int threads)
    {
        int bytesOfVector = Vector<long>.Count * sizeof(long);
        int vectors = BufferBytes / threads / bytesOfVector / Sums * Sums;
        Vector<long>[] memory = GC.AllocateUninitializedArray<Vector<long>>(vectors * threads);
        long[] totals = new long[threads];
        double best = 0;
        InParallel(threads, t => memory.AsSpan(t * vectors, vectors).Fill(new Vector<long>(t + 1)));
        for (int pass = 0; pass < Passes; pass++)
        {
            long start = Stopwatch.GetTimestamp();
            InParallel(threads, t => totals[t] += Sum(memory.AsSpan(t * vectors, vectors)));
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            best = Math.Max(best, (double)vectors * threads * bytesOfVector / seconds);
        }
        // The sums are used, so that no compiler may leave out the reading.
        return totals.Sum() == 0 ? 0 : best;
    }

    private static long Sum(ReadOnlySpan<Vector<long>> memory)
    {
        Vector<long> a = default, b = default, c = default, d = default;
        for (; memory.Length >= Sums; memory = memory[Sums..])
        {
            a += memory[0];
            b += memory[1];
            c += memory[2];
            d += memory[3];
        }
        return Vector.Sum(a + b + (c + d));
    }

    /// <summary>Threads of their own: the pool's would come one by one.</summary>
    private static void InParallel(int threads, Action<int> work)
    {
        Thread[] others = [.. Enumerable.Range(1, threads - 1).Select(t => new Thread(() => work(t)))];
        foreach (Thread other in others)
            other.Start();
        work(0);
        foreach (Thread other in others)
            other.Join();
    }
}
