namespace LlamaInterop.Tests;

/// <summary>What code allocates on the thread that runs it.</summary>
internal static class Allocations
{
    public const int Tries = 3;

    /// <summary>
    /// The bytes that <paramref name="work"/> allocates, the least of <see cref="Tries"/> runs. The runtime's counter was once seen to rise by most
    /// of a block of 8 KB in code that never allocates, as it does in the runtime's own tests (dotnet/runtime issue 63487). What the
    /// work itself allocates is in every run.
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
