using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// How much each column of a model's weights matters: the mean square of what the column is multiplied by, over the rows of a
/// calibration text. A quantizer weighs its errors by it.
/// </summary>
/// <remarks>The files are those of llama.cpp's <c>llama-imatrix</c>, in either of its formats. Instances do not change.</remarks>
public sealed class ImportanceMatrix
{
    private readonly SortedDictionary<string, ImportanceEntry> _entries;

    internal ImportanceMatrix(SortedDictionary<string, ImportanceEntry> entries, int chunkCount, int chunkSize, IReadOnlyList<string> datasets)
    {
        _entries = entries;
        ChunkCount = chunkCount;
        ChunkSize = chunkSize;
        Datasets = datasets;
    }

    /// <summary>The weights that it knows, in ordinal order: <c>blk.0.attn_q.weight</c>.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Chunks of text that were computed.</summary>
    public int ChunkCount { get; }

    /// <summary>Tokens of a chunk; 0 where the file does not say (the older format), and counts are then chunks, not rows.</summary>
    public int ChunkSize { get; }

    /// <summary>The texts that were computed, as their paths were given.</summary>
    public IReadOnlyList<string> Datasets { get; }

    internal IReadOnlyDictionary<string, ImportanceEntry> Entries => _entries;

    /// <summary>Of a run that was saved before its end, how to go on; null of any other matrix.</summary>
    internal ImportanceResumePoint? ResumePoint { get; init; }

    /// <summary>Reads a matrix in either format, told apart by the file's first bytes.</summary>
    /// <exception cref="GgufException">The file cannot be read or is refused, whichever its format; the message says why in one line.</exception>
    public static ImportanceMatrix Load(string path) => GgufImportance.IsGguf(path) ? GgufImportance.Read(path) : DatImportance.Read(path);

    /// <summary>The sum of matrices, as if their texts had been computed in one run.</summary>
    /// <param name="matrices">At least one; each a model's of the same shape.</param>
    /// <param name="chunkSize">Tokens of a chunk: of the result, and of those matrices that do not say.</param>
    /// <exception cref="ArgumentException">There is no matrix, or the chunk size is below 1.</exception>
    /// <exception cref="InvalidDataException">A weight has another size in one matrix than in another.</exception>
    public static ImportanceMatrix Merge(IReadOnlyList<ImportanceMatrix> matrices, int chunkSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        if (matrices.Count == 0)
            throw new ArgumentException("no importance matrix to merge", nameof(matrices));
        var sums = NewEntries();
        foreach (ImportanceMatrix matrix in matrices)
        {
            foreach ((string name, ImportanceEntry entry) in matrix._entries)
            {
                ImportanceEntry rows = matrix.ChunkSize == 0 ? entry.Times(chunkSize) : entry;
                sums[name] = !sums.TryGetValue(name, out ImportanceEntry? known) ? rows : known.Plus(rows)
                    ?? throw new InvalidDataException($"{name}: {rows.Columns} columns of {rows.Counts.Length} experts in one importance matrix, {known.Columns} of {known.Counts.Length} in another");
            }
        }
        long rowsSeen = sums.Values.Max(entry => entry.Counts.Max());
        return new(sums, (int)Math.Min(int.MaxValue, rowsSeen / chunkSize), chunkSize, [.. matrices.SelectMany(matrix => matrix.Datasets)]);
    }

    /// <summary>
    /// The mean square of each column of a weight's input, [columns x experts], an expert's columns side by side; empty when the matrix
    /// does not know the weight. An expert that no row came to has 1 throughout.
    /// </summary>
    public ReadOnlySpan<float> Of(string tensorName) => _entries.TryGetValue(tensorName, out ImportanceEntry? entry) ? entry.Means : [];

    /// <summary>Input rows that were summed, for each expert; a single count for a weight without experts; empty when the weight is not known.</summary>
    public ReadOnlySpan<long> RowsOf(string tensorName) => _entries.TryGetValue(tensorName, out ImportanceEntry? entry) ? entry.Counts : [];

    /// <summary>Writes the matrix; the file appears when it is whole, and replaces one of that name.</summary>
    /// <exception cref="GgufException">The file cannot be written, or the format has no room for a name.</exception>
    public void Save(string path, ImportanceFormat format = ImportanceFormat.Gguf)
    {
        if (format == ImportanceFormat.Dat)
            DatImportance.Write(this, path);
        else
            GgufImportance.Write(this, path);
    }

    /// <summary>Entries in the order in which llama.cpp writes them.</summary>
    internal static SortedDictionary<string, ImportanceEntry> NewEntries() => new(StringComparer.Ordinal);
}
