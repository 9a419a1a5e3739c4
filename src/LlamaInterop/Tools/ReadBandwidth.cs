using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LlamaInterop.Tools;

/// <summary>
/// How fast threads together can read memory, as a limit to hold decoding against: each sums its part of a buffer far larger than
/// caches, in vectors with four independent sums.
/// </summary>
internal static unsafe class ReadBandwidth
{
    private const long BufferBytes = 512L << 20;
    private const int Passes = 6;
    private const int Sums = 4;

    /// <summary>Bytes a second of the best of six passes.</summary>
    public static double Measure(int threads)
    {
        long vectors = BufferBytes / threads / sizeof(Vector<long>) / Sums * Sums;
        var memory = (Vector<long>*)NativeMemory.AlignedAlloc((nuint)BufferBytes, 4096);
        try
        {
            long[] totals = new long[threads];
            double best = 0;
            InParallel(threads, t => new Span<byte>(memory + (t * vectors), checked((int)(vectors * sizeof(Vector<long>)))).Fill((byte)(t + 1)));
            for (int pass = 0; pass < Passes; pass++)
            {
                long start = Stopwatch.GetTimestamp();
                InParallel(threads, t => totals[t] += Sum(memory + (t * vectors), vectors));
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                best = Math.Max(best, vectors * threads * sizeof(Vector<long>) / seconds);
            }
            // The sums are used, so that no compiler may leave out the reading.
            return totals.Sum() == 0 ? 0 : best;
        }
        finally
        {
            NativeMemory.AlignedFree(memory);
        }
    }

    private static long Sum(Vector<long>* memory, long vectors)
    {
        Vector<long> a = default, b = default, c = default, d = default;
        for (Vector<long>* p = memory, end = memory + vectors; p < end; p += Sums)
        {
            a += p[0];
            b += p[1];
            c += p[2];
            d += p[3];
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
