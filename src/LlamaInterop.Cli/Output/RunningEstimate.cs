using System.Globalization;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>
/// The perplexity so far, on stderr: a bar for a person who watches, else llama.cpp's list of <c>[chunk]perplexity,</c>; or a table with
/// the error, a line a chunk.
/// </summary>
internal sealed class RunningEstimate(Terminal terminal, bool asTable = false) : IProgress<PerplexityProgress>, IDisposable
{
    private readonly ConsoleProgress _bar = new(terminal, "perplexity");
    private bool _hasList;

    public void Report(PerplexityProgress value)
    {
        if (asTable)
            terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Chunk,8}  {value.Perplexity:F4} +/- {value.Error:F5}"));
        else if (terminal.ErrorIsTerminal)
            _bar.Report((double)value.Chunk / value.Chunks, string.Create(CultureInfo.InvariantCulture, $"[{value.Chunk}] {value.Perplexity:F4} +/- {value.Error:F4}"));
        else
            WriteListed(value);
    }

    public void Dispose()
    {
        _bar.Dispose();
        if (_hasList)
            terminal.Error.WriteLine();
        _hasList = false;
    }

    private void WriteListed(PerplexityProgress value)
    {
        terminal.Error.Write(string.Create(CultureInfo.InvariantCulture, $"[{value.Chunk}]{value.Perplexity:F4},"));
        _hasList = true;
    }
}
