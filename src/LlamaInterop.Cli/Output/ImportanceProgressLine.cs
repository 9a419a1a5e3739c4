using LlamaInterop.Cli.Options;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A run's progress on stderr; writes the matrix so far whenever it is due.</summary>
internal sealed class ImportanceProgressLine(ImportanceBuilder builder, ImatrixFlags flags, Terminal terminal) : IProgress<ImportanceProgress>, IDisposable
{
    private readonly RunningEstimate _estimate = new(terminal);
    private readonly ConsoleProgress _bar = new(terminal, "computing");
    private int _last = builder.ChunksDone;

    public void Report(ImportanceProgress value)
    {
        if (value.Perplexity is { } perplexity)
            _estimate.Report(new(value.Chunk, value.Chunks, perplexity.Perplexity, perplexity.Error));
        else
            _bar.Report((double)value.Chunk / value.Chunks);
        if (IsDue(flags.OutputFrequency, value.Chunk) && value.Chunk < value.Chunks)
            builder.ToMatrix().Save(flags.Output, flags.FileFormat);
        if (IsDue(flags.SaveFrequency, value.Chunk))
            builder.ToMatrix().Save($"{flags.Output}.at_{value.Chunk}", flags.FileFormat);
        _last = value.Chunk;
    }

    public void Dispose()
    {
        _estimate.Dispose();
        _bar.Dispose();
    }

    /// <summary>Whether a multiple of the frequency has been reached since the last report.</summary>
    private bool IsDue(int frequency, int chunk) => frequency > 0 && chunk / frequency > _last / frequency;
}
