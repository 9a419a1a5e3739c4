using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// A base model's log-probabilities of a text's scored places, in llama.cpp's format (<c>--kl-divergence-base</c>), little-endian:
/// <c>_logits_</c>, int32 tokens of a chunk, vocabulary, chunks; the text's int32 tokens; then a <see cref="LogProbabilityRow"/> for each
/// place, chunk after chunk. Source: llama.cpp, tools/perplexity.
/// </summary>
internal sealed class LogitsFile : IDisposable
{
    private const int HeaderBytes = 20;
    private static readonly byte[] Magic = "_logits_"u8.ToArray();

    private readonly FileStream _stream;
    private readonly string _path;

    private LogitsFile(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (stream.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith(Magic))
            throw Refuse("is no file of logits: it does not begin with _logits_");
        ContextSize = Positive(header[8..], "tokens of a chunk");
        VocabularySize = Positive(header[12..], "tokens of a vocabulary");
        ChunkCount = Positive(header[16..], "chunks");
        if (ContextSize < 4)
            throw Refuse($"has chunks of {ContextSize} tokens, of which none is scored");
        Int128 expected = HeaderBytes + ((Int128)ChunkCount * ContextSize * sizeof(int)) + ((Int128)ChunkCount * RowsPerChunk * LogProbabilityRow.WordsOf(VocabularySize) * sizeof(ushort));
        if (stream.Length != expected)
            throw Refuse($"has {stream.Length} bytes, not the {expected} of {ChunkCount} chunks of {ContextSize} tokens with a vocabulary of {VocabularySize}");
        if ((Int128)ChunkCount * ContextSize > Array.MaxLength / sizeof(int) || RowsPerChunk * LogProbabilityRow.WordsOf(VocabularySize) > Array.MaxLength / sizeof(ushort))
            throw Refuse("has more tokens, or larger chunks, than can be read");
        Tokens = new int[ChunkCount * ContextSize];
        ReadExactly(MemoryMarshal.AsBytes(Tokens.AsSpan()));
    }

    /// <summary>Tokens of a chunk.</summary>
    public int ContextSize { get; }

    /// <summary>Log-probabilities of a place.</summary>
    public int VocabularySize { get; }

    /// <summary>Chunks of the text.</summary>
    public int ChunkCount { get; }

    /// <summary>The tokens of all chunks, as the text has them.</summary>
    public int[] Tokens { get; }

    /// <summary>Scored places of a chunk.</summary>
    public int RowsPerChunk => ContextSize - 1 - (ContextSize / 2);

    /// <exception cref="GgufException">The file cannot be read, or is none of logits.</exception>
    public static LogitsFile Open(string path)
    {
        GgufPart.Open(path).Dispose();
        FileStream? stream = null;
        try
        {
            stream = File.OpenRead(path);
            return new(path, stream);
        }
        catch (Exception error)
        {
            stream?.Dispose();
            throw error is IOException or UnauthorizedAccessException ? new GgufException(GgufCheck.Read, path, $"cannot be read: {error.Message}", error) : error;
        }
    }

    /// <summary>Writes a file of a text's chunks, whose rows <paramref name="rows"/> puts into the stream in order; it appears when it is whole.</summary>
    /// <exception cref="GgufException">It cannot be written.</exception>
    public static void Write(string path, TextChunks chunks, int vocabulary, Action<Stream> rows)
    {
        byte[] header = [.. Magic, .. MemoryMarshal.AsBytes<int>([chunks.Length, vocabulary, chunks.Count])];
        long length = HeaderBytes + ((long)chunks.Tokens.Length * sizeof(int)) + (chunks.Count * (long)chunks.ScoredPerChunk * LogProbabilityRow.WordsOf(vocabulary) * sizeof(ushort));
        GgufReplacement.Write(path, length, stream =>
        {
            stream.Write(header);
            stream.Write(MemoryMarshal.AsBytes(chunks.Tokens));
            rows(stream);
        });
    }

    /// <summary>Reads the rows of the next chunks.</summary>
    public void ReadRows(Span<ushort> rows) => ReadExactly(MemoryMarshal.AsBytes(rows));

    public void Dispose() => _stream.Dispose();

    private void ReadExactly(Span<byte> destination)
    {
        try
        {
            _stream.ReadExactly(destination);
        }
        catch (IOException error)
        {
            throw new GgufException(GgufCheck.Read, _path, $"cannot be read: {error.Message}", error);
        }
    }

    private int Positive(ReadOnlySpan<byte> bytes, string what)
    {
        int number = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        return number > 0 ? number : throw Refuse($"has {number} {what}");
    }

    private GgufException Refuse(string reason) => new(GgufCheck.ValueRange, _path, reason);
}
