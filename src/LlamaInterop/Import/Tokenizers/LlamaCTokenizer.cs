using System.Buffers.Binary;
using System.Text;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads llama2.c's <c>tokenizer.bin</c>: the longest length, then of each token its score, length and text.</summary>
/// <remarks>It is written from a SentencePiece model whose first tokens are unknown, begin, end, and the 256 bytes; U+2581 became a space.</remarks>
internal static class LlamaCTokenizer
{
    private const int HeadBytes = sizeof(int);
    private const int TokenHeadBytes = sizeof(float) + sizeof(int);

    private static readonly (string Text, TokenType Type, string Role)[] First =
        [("<unk>", TokenType.Unknown, "unk"), ("<s>", TokenType.Control, "bos"), ("</s>", TokenType.Control, "eos")];

    public static VocabularyDraft Read(string path, ReadOnlySpan<byte> file)
    {
        var draft = new VocabularyDraft(path, "llama") { HasScores = true };
        for (var rest = file.Length < HeadBytes ? [] : file[HeadBytes..]; !rest.IsEmpty;)
        {
            if (rest.Length < TokenHeadBytes)
                throw draft.Refuse(ImportCheck.Truncated, $"ends inside token {draft.Count}");
            float score = BinaryPrimitives.ReadSingleLittleEndian(rest);
            int length = BinaryPrimitives.ReadInt32LittleEndian(rest[sizeof(float)..]);
            rest = rest[TokenHeadBytes..];
            if (length < 0 || length > rest.Length)
                throw draft.Refuse(ImportCheck.Truncated, $"token {draft.Count} has {length} bytes, but {rest.Length} are left");
            if (!float.IsFinite(score))
                throw draft.Refuse(ImportCheck.Number, $"the score of token {draft.Count} is {score}");
            Add(draft, rest[..length], score);
            rest = rest[length..];
        }
        if (draft.Count <= First.Length)
            throw draft.Refuse(ImportCheck.Token, $"has {draft.Count} tokens");
        for (int id = 0; id < First.Length; id++)
            draft.Roles[First[id].Role] = id;
        return draft;
    }

    private static void Add(VocabularyDraft draft, ReadOnlySpan<byte> utf8, float score)
    {
        if (draft.Count < First.Length)
        {
            var (text, type, _) = First[draft.Count];
            draft.Add(text, type, score);
            return;
        }
        if (!System.Text.Unicode.Utf8.IsValid(utf8) || draft.Count == VocabularyDraft.MaxTokens)
            throw draft.Refuse(ImportCheck.TextEncoding, $"token {draft.Count} is not UTF-8");
        string piece = Encoding.UTF8.GetString(utf8);
        draft.Add(piece.Replace(' ', '\u2581'), ByteTokenText.IsByte(piece) ? TokenType.Byte : TokenType.Normal, score);
    }
}
