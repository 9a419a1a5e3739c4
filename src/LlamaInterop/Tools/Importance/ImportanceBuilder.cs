using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using LlamaInterop.Models;

namespace LlamaInterop.Tools;

/// <summary>
/// Computes the importance matrix of a model from a text, chunk by chunk, as <c>llama-imatrix</c> does. A run that was saved on the way
/// can go on later.
/// </summary>
/// <remarks>Results do not depend on threads. The model may serve generations meanwhile.</remarks>
public sealed class ImportanceBuilder
{
    private readonly TextChunks _chunks;
    private readonly ChunkRun _run;
    private readonly ImportanceOptions _options;
    private readonly ImportanceSums _sums;
    private readonly string[] _datasets;
    private readonly string _settings;

    /// <summary>A run over a text that has yet to begin.</summary>
    /// <param name="model">The model. It is fastest if loaded as <see cref="Prepare"/> says.</param>
    /// <param name="tokens">The text's tokens, with those around it that the vocabulary asks for.</param>
    /// <param name="dataset">What the matrix says that the text was, usually its path.</param>
    /// <param name="options">How to compute it.</param>
    /// <param name="others">Matrices of the same model whose sums the result includes.</param>
    /// <exception cref="ModelException">The text is too short, or the model has no logits or no room for a chunk.</exception>
    /// <exception cref="InvalidDataException">The other matrices contradict each other.</exception>
    public ImportanceBuilder(LlamaModel model, ReadOnlySpan<int> tokens, string dataset, ImportanceOptions? options = null, IReadOnlyList<ImportanceMatrix>? others = null)
    {
        _options = options ?? new ImportanceOptions();
        PerplexityOptions chunks = _options.Chunks;
        int[] text = TextChunks.WithoutFirst(tokens, _options.FirstChunk, _options.ContextSize);
        _chunks = TextChunks.Cut(text, chunks, model.Tokenizer.Vocabulary);
        _sums = new ImportanceSums(_options.ProcessOutput);
        _run = new ChunkRun(model, _chunks, _options.ComputePerplexity, _options.ProcessOutput) { StepDone = _sums.Add };
        ImportanceMatrix? sum = others is { Count: > 0 } ? ImportanceMatrix.Merge(others, _options.ContextSize) : null;
        if (sum is not null)
            _sums.Replace(sum.Entries);
        _datasets = [.. sum?.Datasets ?? [], dataset];
        _settings = Describe(model, text, _options, sum);
    }

    /// <summary>Chunks of the text.</summary>
    public int ChunkCount => _chunks.Count;

    /// <summary>Chunks of the text that are in the sums.</summary>
    public int ChunksDone { get; private set; }

    /// <summary>The options with which a model is loaded best for a run: room for as many chunks as a step has.</summary>
    /// <param name="model">Anything else that is wanted of the model.</param>
    /// <param name="options">How the matrix is computed.</param>
    public static LlamaModelOptions Prepare(LlamaModelOptions model, ImportanceOptions options) => Perplexity.Prepare(model, options.Chunks);

    /// <summary>Goes on from a matrix that was saved before its run's end, if model, text and options are the same.</summary>
    /// <returns>False, and nothing has changed, where they are not.</returns>
    public bool TryResume(ImportanceMatrix saved)
    {
        if (saved.ResumePoint is not { } point || point.Settings != _settings || point.ChunksDone > ChunkCount)
            return false;
        _sums.Replace(saved.Entries);
        ChunksDone = point.ChunksDone;
        return true;
    }

    /// <summary>Computes the chunks that are left.</summary>
    /// <param name="progress">Told after every chunk, on the calling thread, which may take the matrix so far.</param>
    /// <param name="cancellation">Breaks the running step off.</param>
    /// <returns>The perplexity of the chunks that this call computed; null where none was asked for.</returns>
    /// <exception cref="ModelException">Logits, or what a weight is multiplied by, are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the run cannot go on.</exception>
    public PerplexityResult? Run(IProgress<ImportanceProgress>? progress = null, CancellationToken cancellation = default)
    {
        ChunkScores? scores = _options.ComputePerplexity ? new ChunkScores(_chunks, _run.GroupSize) : null;
        while (ChunksDone < ChunkCount)
        {
            int first = ChunksDone, count = Math.Min(_run.GroupSize, ChunkCount - first);
            scores?.Begin(first);
            _run.Run(first, count, scores is null ? null : scores.Receive, cancellation);
            for (int chunk = first; chunk < first + count; chunk++)
                scores?.Enter(chunk);
            ChunksDone += count;
            progress?.Report(new(ChunksDone, ChunkCount, scores?.Result));
        }
        return scores?.Result;
    }

    /// <summary>The matrix of all chunks done so far; between two chunks only.</summary>
    public ImportanceMatrix ToMatrix()
    {
        var snapshot = new ImportanceSums(_options.ProcessOutput);
        snapshot.Replace(_sums.Entries);
        long rows = snapshot.Entries.Values.Select(entry => entry.Counts.Max()).DefaultIfEmpty().Max();
        return new(snapshot.Entries, (int)Math.Min(int.MaxValue, rows / _options.ContextSize), _options.ContextSize, _datasets)
        {
            ResumePoint = new(_settings, ChunksDone),
        };
    }

    /// <summary>A hash of all that decides the sums.</summary>
    private static string Describe(LlamaModel model, ReadOnlySpan<int> text, ImportanceOptions options, ImportanceMatrix? others)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, string value) in model.Runner.Fingerprint)
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}={value}\n"));
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.ContextSize} {options.ProcessOutput} {model.Runner.Options.BatchSize}\n")));
        hash.AppendData(MemoryMarshal.AsBytes(text));
        foreach ((string name, ImportanceEntry entry) in others?.Entries ?? ImportanceMatrix.NewEntries())
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(entry.Sums.AsSpan()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>How far a run is.</summary>
/// <param name="Chunk">Chunks done.</param>
/// <param name="Chunks">Chunks in all.</param>
/// <param name="Perplexity">That of the chunks done in this run; null where none was asked for.</param>
public readonly record struct ImportanceProgress(int Chunk, int Chunks, PerplexityResult? Perplexity);
