using System.Globalization;

namespace LlamaInterop.Cli.Output;

/// <summary>A line on stderr that redraws itself while something long goes on; nothing where no person watches.</summary>
internal sealed class ConsoleProgress(Terminal terminal, string what) : IProgress<double>, IDisposable
{
    private const string EraseLine = "\r\u001b[K";
    private int _shown = -1;

    /// <summary>Shows a share between 0 and 1; one that changes no digit is not drawn.</summary>
    public void Report(double value)
    {
        int percent = (int)Math.Clamp(value * 100, 0, 100);
        if (!terminal.ErrorIsTerminal || percent == _shown)
            return;
        _shown = percent;
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"{EraseLine}{what} {percent} %"));
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (_shown >= 0)
            terminal.Error.Write(EraseLine);
        _shown = -1;
    }
}
