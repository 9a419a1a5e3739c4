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
    private bool _hasSaid;

    private bool HasPatience => _clock.Elapsed < patience;

    public Outcome Run(Func<Outcome> measure) => Run(measure, sample => sample);

    /// <param name="measure">Takes a sample.</param>
    /// <param name="outcomeOf">What ran in it, and how far it was disturbed.</param>
    public T Run<T>(Func<T> measure, Func<T, Outcome> outcomeOf)
    {
        T best = Measure();
        while (outcomeOf(best) is { ExitCode: 0 } outcome && outcome.Others > most && HasPatience)
        {
            T again = Measure();
            best = outcomeOf(again) is { ExitCode: 0 } other && other.Others >= outcome.Others ? best : again;
        }
        return best;

        T Measure()
        {
            WaitUntilQuiet();
            return measure();
        }
    }

    private void WaitUntilQuiet()
    {
        while (OthersInASecond() is var others && others > most && HasPatience)
        {
            if (!_hasSaid)
                Console.Error.WriteLine($"waiting at most {patience.TotalMinutes:0.##} minutes: others use {others:P0} of the machine, and may use {most:P0}");
            _hasSaid = true;
        }
    }

    private static double OthersInASecond()
    {
        ProcessorUse before = Machine.Use();
        Thread.Sleep(1000);
        return Machine.Use().OthersSince(before);
    }
}
