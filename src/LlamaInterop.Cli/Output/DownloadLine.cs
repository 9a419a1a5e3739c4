using System.Diagnostics;
using System.Globalization;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A line on stderr that says how far a download is and how fast; nothing where no person watches.</summary>
internal sealed class DownloadLine(Terminal terminal) : IProgress<DownloadProgress>, IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _shown = -Pause;
    private long _first = -1;

    public void Report(DownloadProgress value)
    {
        _first = _first < 0 ? value.Received : _first;
        if (!terminal.ErrorIsTerminal || _clock.Elapsed - _shown < Pause)
            return;
        _shown = _clock.Elapsed;
        double rate = (value.Received - _first) / Math.Max(0.001, _shown.TotalSeconds);
        double share = value.Total == 0 ? 100 : 100.0 * value.Received / value.Total;
        string left = rate > 0 ? TimeSpan.FromSeconds(Math.Min(1e6, (value.Total - value.Received) / rate)).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "?";
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture,
            $"{EraseLine}{Path.GetFileName(value.File)} {share:0} % of {ByteSize.Format(value.Total)}, {ByteSize.Format((long)rate)}/s, {left} left"));
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (_shown >= TimeSpan.Zero)
            terminal.Error.Write(EraseLine);
    }
}
