using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Import.Ggml;

/// <summary>The tokens of a file of ggml, which are Llama's: SentencePiece without its types, which their places and lengths tell.</summary>
internal sealed class GgmlVocabulary
{
    private const int MaxTokenBytes = 4096;
    private const int Unknown = 0, Begin = 1, End = 2, FirstByte = 3, LastByte = 258;
    private const int NormalType = 1, UnknownType = 2, ControlType = 3, ByteType = 6;

    private readonly string[] _tokens;
    private readonly float[] _scores;
    private readonly int[] _types;

    private GgmlVocabulary(int count) => (_tokens, _scores, _types) = (new string[count], new float[count], new int[count]);

    /// <exception cref="ImportException">The file ends inside, or a token is impossibly long.</exception>
    public static GgmlVocabulary Read(SourceCursor cursor, GgmlHeader header)
    {
        if (header.Vocabulary > cursor.Remaining / sizeof(int))
            throw cursor.File.Refuse(ImportCheck.Limit, $"cannot have {header.Vocabulary} tokens in the {cursor.Remaining} bytes that are left");
        var vocabulary = new GgmlVocabulary(header.Vocabulary);
        for (int i = 0; i < header.Vocabulary; i++)
        {
            byte[] bytes = cursor.ReadBytes(cursor.ReadUInt32($"token {i}"), MaxTokenBytes, $"token {i}");
            (vocabulary._tokens[i], vocabulary._types[i]) = Describe(i, bytes);
            // The first format has no scores. Llama's own are the negative ranks of its merges, in the order of the tokens.
            vocabulary._scores[i] = header.Format == GgmlFormat.GGML ? -Math.Max(0, i - LastByte - 1) : cursor.ReadSingle($"the score of token {i}");
        }
        return vocabulary;
    }

    /// <summary>Sets the keys of a tokenizer.</summary>
    public void Write(GgufWriter writer)
    {
        writer.Set("tokenizer.ggml.model", GgufValue.From("llama"));
        writer.Set("tokenizer.ggml.pre", GgufValue.From("default"));
        writer.Set("tokenizer.ggml.tokens", GgufValue.FromArray(_tokens));
        writer.Set("tokenizer.ggml.scores", GgufValue.FromArray(_scores));
        writer.Set("tokenizer.ggml.token_type", GgufValue.FromArray(_types));
        writer.Set("tokenizer.ggml.unknown_token_id", GgufValue.From((uint)Unknown));
        writer.Set("tokenizer.ggml.bos_token_id", GgufValue.From((uint)Begin));
        writer.Set("tokenizer.ggml.eos_token_id", GgufValue.From((uint)End));
    }

    private static (string Token, int Type) Describe(int id, byte[] bytes) => id switch
    {
        Unknown => ("<unk>", UnknownType),
        Begin => ("<s>", ControlType),
        End => ("</s>", ControlType),
        _ when bytes.Length == 0 => ("", ControlType),
        >= FirstByte and <= LastByte when bytes.Length == 1 => ($"<0x{bytes[0]:X2}>", ByteType),
        _ => (Encoding.UTF8.GetString(bytes).Replace(' ', '\u2581'), NormalType),
    };
}
