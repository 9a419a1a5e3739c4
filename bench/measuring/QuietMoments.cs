using System.Diagnostics;

namespace LlamaInterop.Measuring;

/// <summary>
/// Waits for moments in which other programs leave the machine alone, and takes a sample again during which they did not. When its
/// patience is at an end, the least disturbed sample counts.
/// </summary>
/// <param name="most">What others may use of the machine, from 0 to 1.</param>
/// <param name="patience">How long it waits and repeats in all.</param>
internal sealed class QuietMoments(double most, TimeSpan patience)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private bool HasPatience => _clock.Elapsed < patience;

    public Outcome Run(Func<Outcome> measure)
    {
        Outcome? best = null;
        do
        {
            WaitUntilQuiet();
            Outcome again = measure();
            if (again.ExitCode != 0)
                return again;
            best = best is null || again.Others < best.Others ? again : best;
        }
        while (best.Others > most && HasPatience);
        return best;
    }

    private void WaitUntilQuiet()
    {
        ProcessorUse before;
        do
        {
            before = Machine.Use();
            Thread.Sleep(1000);
        }
        while (Machine.Use().OthersSince(before) > most && HasPatience);
    }
}
