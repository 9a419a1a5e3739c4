using System.Globalization;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A comparison so far, on stderr: a bar for a person who watches, else a line a chunk.</summary>
internal sealed class DivergenceTable(Terminal terminal) : IProgress<KlDivergenceProgress>, IDisposable
{
    private readonly ConsoleProgress _bar = new(terminal, "comparing");
    private bool _hasHead;

    public void Report(KlDivergenceProgress value)
    {
        if (terminal.ErrorIsTerminal)
            _bar.Report((double)value.Chunk / value.Chunks, string.Create(CultureInfo.InvariantCulture, $"[{value.Chunk}] KLD {value.Estimates.Divergence.Value:F5}"));
        else
            WriteLine(value);
    }

    public void Dispose() => _bar.Dispose();

    private void WriteLine(KlDivergenceProgress value)
    {
        if (!_hasHead)
            terminal.Error.WriteLine("chunk             PPL               ln(PPL(Q)/PPL(base))          KL Divergence              Δp RMS            Same top p");
        _hasHead = true;
        KlDivergenceEstimates e = value.Estimates;
        terminal.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{value.Chunk,4}    {e.Perplexity.Value,9:F4} ± {e.Perplexity.Error,9:F4}    {e.LogRatio.Value,10:F5} ± {e.LogRatio.Error,10:F5}    "
            + $"{e.Divergence.Value,10:F5} ± {e.Divergence.Error,10:F5}    {100 * e.ProbabilityChangeRms.Value,6:F3} ± {100 * e.ProbabilityChangeRms.Error,6:F3} %    "
            + $"{100 * e.SameTop.Value,6:F3} ± {100 * e.SameTop.Error,6:F3} %"));
    }
}
