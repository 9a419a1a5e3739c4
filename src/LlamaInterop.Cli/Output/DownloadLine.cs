using System.Diagnostics;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A download's progress on stderr, with its rate.</summary>
internal sealed class DownloadLine(Terminal terminal) : IProgress<DownloadProgress>, IDisposable
{
    private readonly ConsoleProgress _line = new(terminal, "downloading");
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _first = -1;

    public void Report(DownloadProgress value)
    {
        if (value.Trouble is not null)
        {
            _line.Dispose();
            terminal.Error.WriteLine($"{value.File}: the connection failed and is tried anew: {value.Trouble}");
            return;
        }
        _first = _first < 0 ? value.Received : _first;
        double rate = (value.Received - _first) / Math.Max(0.001, _clock.Elapsed.TotalSeconds);
        _line.Report(value.Total == 0 ? 1 : (double)value.Received / value.Total, $"{ByteSize.Format(value.Total)} at {ByteSize.Format((long)rate)}/s");
    }

    public void Dispose() => _line.Dispose();
}
