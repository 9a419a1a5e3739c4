using System.Globalization;

namespace LlamaInterop.Cli.Output;

/// <summary>
/// A line on stderr that redraws itself while something long goes on: a bar, the share that is done, the time left, and what is being
/// done. Nothing where no person watches.
/// </summary>
internal sealed class ConsoleProgress(Terminal terminal, string what, TimeProvider? time = null) : IProgress<double>, IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private const int BarWidth = 20;

    /// <summary>A line that the terminal wraps could not be erased.</summary>
    private const int LineWidth = 79;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Before this an estimate of the time left would jump about.</summary>
    private static readonly TimeSpan FirstEstimate = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long _start = (time ?? TimeProvider.System).GetTimestamp();
    private TimeSpan _lastDrawn;
    private string _shown = "";

    /// <summary>Shows a share between 0 and 1.</summary>
    public void Report(double value) => Report(value, "");

    /// <summary>Shows a share between 0 and 1 and what is being done, such as a rate or a name; at most ten times a second.</summary>
    public void Report(double share, string detail)
    {
        if (!terminal.ErrorIsTerminal)
            return;
        TimeSpan elapsed = _time.GetElapsedTime(_start);
        if (_shown.Length > 0 && elapsed - _lastDrawn < Pause)
            return;
        string line = Draw(Math.Clamp(share, 0, 1), elapsed, detail);
        if (line == _shown)
            return;
        _lastDrawn = elapsed;
        _shown = line;
        terminal.Error.Write(EraseLine + line);
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (_shown.Length > 0)
            terminal.Error.Write(EraseLine);
        _shown = "";
    }

    private string Draw(double share, TimeSpan elapsed, string detail)
    {
        string bar = new string('#', (int)(share * BarWidth)).PadRight(BarWidth, '.');
        string left = elapsed >= FirstEstimate && share > 0 ? $"  {Format(elapsed * (1 / share - 1))} left" : "";
        string line = string.Create(CultureInfo.InvariantCulture, $"{what} [{bar}] {(int)(share * 100)} %{left}{(detail.Length > 0 ? "  " : "")}{detail}");
        return line.Length <= LineWidth ? line : line[..LineWidth];
    }

    private static string Format(TimeSpan time) => time < TimeSpan.FromHours(1)
        ? time.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}");
}
