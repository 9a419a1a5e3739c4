namespace LlamaInterop.Tests;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocations
{
    public const int Tries = 3;

    /// <summary>
    /// The bytes that <paramref name="work"/> allocates, the least of <see cref="Tries"/> runs: the runtime counts blocks of 8 KB, and now and then
    /// the unused rest of one besides (dotnet/runtime issue 63487). What the work itself allocates is in every run.
    /// </summary>
    public static long LeastOf(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
