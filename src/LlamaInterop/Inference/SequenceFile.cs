using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>
/// A sequence as a file, from which another runner of the same model goes on, with any context that has room for it. Little-endian:
/// <code>
/// "LLAMASEQ", u32 version
/// u32 fields, each a name and a value (u16 bytes, UTF-8): the model's fingerprint
/// u32 tokens, each an i32; -1 for an embedding row
/// u32 tables, each i32 first position, i32 end
/// u32 1 where recurrent states follow
/// keys and values by layer, table entry and head, from the first position on; then the states
/// SHA-256 of all that
/// </code>
/// A windowed layer's table has what the next token sees and no more.
/// </summary>
internal static class SequenceFile
{
    public const int Version = 1;
    public const int MaxTextBytes = 1024;

    public static ReadOnlySpan<byte> Magic => "LLAMASEQ"u8;

    /// <summary>Writes a file beside <paramref name="path"/> and renames it when it is whole.</summary>
    /// <param name="path">The file, replaced where it is there.</param>
    /// <param name="runner">Whose sequence it is.</param>
    /// <param name="sequence">Between two steps.</param>
    /// <param name="tokens">Its tokens.</param>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    public static void Save(string path, ModelRunner runner, Sequence sequence, ReadOnlySpan<int> tokens)
    {
        byte[] header = SequenceWriter.Header(runner, sequence, tokens);
        GgufReplacement.Write(path, SequenceWriter.LengthOf(runner, sequence, header), stream => SequenceWriter.Write(stream, runner, sequence, header));
    }

    /// <summary>The sequence of a file, and its tokens.</summary>
    /// <exception cref="ModelException">The file cannot be read, is damaged, is another model's, or has more tokens than the context; one line.</exception>
    /// <exception cref="CacheFullException">Running sequences hold the room that it needs.</exception>
    public static (Sequence Sequence, int[] Tokens) Load(string path, ModelRunner runner)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            return SequenceReader.Read(stream, path, runner);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path}: cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }
}
