using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

/// <summary>The metadata of vocabularies small enough to follow by hand.</summary>
internal static class TinyVocabulary
{
    public const int Normal = 1;
    public const int Unknown = 2;
    public const int Control = 3;
    public const int UserDefined = 4;
    public const int SingleByte = 6;

    private static readonly (string Text, int Type)[] s_spmHead = [("<unk>", Unknown), ("<s>", Control), ("</s>", Control)];

    /// <summary>SentencePiece: unknown, begin and end of text are 0 to 2, the pieces follow, and the scores fall from piece to piece.</summary>
    public static Dictionary<string, GgufValue> Spm(params (string Text, int Type)[] pieces)
    {
        (string Text, int Type)[] tokens = [.. s_spmHead, .. pieces];
        return new()
        {
            ["tokenizer.ggml.model"] = GgufValue.From("llama"),
            ["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens.Select(token => token.Text)),
            ["tokenizer.ggml.token_type"] = GgufValue.FromArray(tokens.Select(token => token.Type).ToArray()),
            ["tokenizer.ggml.scores"] = GgufValue.FromArray(tokens.Select((_, id) => -(float)id).ToArray()),
        };
    }

    public static Dictionary<string, GgufValue> Spm(params string[] pieces) => Spm([.. pieces.Select(piece => (piece, Normal))]);

    /// <summary>Byte-level byte-pair encoding: the tokens are the characters of the alphabet, then the merged texts, then <paramref name="more"/>.</summary>
    public static Dictionary<string, GgufValue> Bpe(string preTokenizer, string alphabet, string[] merges, params (string Text, int Type)[] more)
    {
        string[] merged = [.. merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)).Distinct()];
        (string Text, int Type)[] tokens = [.. alphabet.Select(c => (c.ToString(), Normal)), .. merged.Select(text => (text, Normal)), .. more];
        return new()
        {
            ["tokenizer.ggml.model"] = GgufValue.From("gpt2"),
            ["tokenizer.ggml.pre"] = GgufValue.From(preTokenizer),
            ["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens.Select(token => token.Text)),
            ["tokenizer.ggml.token_type"] = GgufValue.FromArray(tokens.Select(token => token.Type).ToArray()),
            ["tokenizer.ggml.merges"] = GgufValue.FromArray(merges),
        };
    }

    /// <summary>WordPiece: [PAD], [UNK], [CLS], [SEP] are 0 to 3, and the pieces follow.</summary>
    public static Dictionary<string, GgufValue> Wpm(params string[] pieces) => new()
    {
        ["tokenizer.ggml.model"] = GgufValue.From("bert"),
        ["tokenizer.ggml.tokens"] = GgufValue.FromArray([.. new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]" }, .. pieces]),
        ["tokenizer.ggml.token_type"] = GgufValue.FromArray(new[] { Control, Control, Control, Control }.Concat(pieces.Select(_ => Normal)).ToArray()),
        ["tokenizer.ggml.bos_token_id"] = GgufValue.From(2),
        ["tokenizer.ggml.unknown_token_id"] = GgufValue.From(1),
        ["tokenizer.ggml.seperator_token_id"] = GgufValue.From(3),
    };

    /// <summary>Unigram: padding, end of text and unknown are 0 to 2, and the pieces follow; nothing is added to a text.</summary>
    public static Dictionary<string, GgufValue> Ugm(params (string Text, int Type, float Score)[] pieces)
    {
        (string Text, int Type, float Score)[] tokens = [("<pad>", Control, 0), ("</s>", Control, 0), ("<unk>", Unknown, 0), .. pieces];
        return new()
        {
            ["tokenizer.ggml.model"] = GgufValue.From("t5"),
            ["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens.Select(token => token.Text)),
            ["tokenizer.ggml.token_type"] = GgufValue.FromArray(tokens.Select(token => token.Type).ToArray()),
            ["tokenizer.ggml.scores"] = GgufValue.FromArray(tokens.Select(token => token.Score).ToArray()),
        };
    }

    public static Dictionary<string, GgufValue> Ugm(params (string Text, float Score)[] pieces) =>
        Ugm([.. pieces.Select(piece => (piece.Text, Normal, piece.Score))]);

    /// <summary>RWKV: token 0 is a control token, and the pieces, with escapes, follow.</summary>
    public static Dictionary<string, GgufValue> Rwkv(params string[] pieces) => new()
    {
        ["tokenizer.ggml.model"] = GgufValue.From("rwkv"),
        ["tokenizer.ggml.tokens"] = GgufValue.FromArray([.. new[] { "<s>" }, .. pieces]),
        ["tokenizer.ggml.token_type"] = GgufValue.FromArray(new[] { Control }.Concat(pieces.Select(_ => Normal)).ToArray()),
    };

    /// <summary>PLaMo: unknown, begin, end and padding are 0 to 3, byte b is 4 + b, and the pieces follow.</summary>
    public static Dictionary<string, GgufValue> Plamo(params (string Text, float Score)[] pieces)
    {
        (string Text, int Type, float Score)[] tokens =
        [
            ("<unk>", Unknown, 0), ("<s>", Control, 0), ("</s>", Control, 0), ("<pad>", Control, 0),
            .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", SingleByte, 0f)),
            .. pieces.Select(piece => (piece.Text, Normal, piece.Score)),
        ];
        return new()
        {
            ["tokenizer.ggml.model"] = GgufValue.From("plamo2"),
            ["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens.Select(token => token.Text)),
            ["tokenizer.ggml.token_type"] = GgufValue.FromArray(tokens.Select(token => token.Type).ToArray()),
            ["tokenizer.ggml.scores"] = GgufValue.FromArray(tokens.Select(token => token.Score).ToArray()),
        };
    }

    public static GgufMetadata Metadata(Dictionary<string, GgufValue> values) => new("tiny.gguf", new OrderedDictionary<string, GgufValue>(values));

    public static Tokenizer TokenizerOf(Dictionary<string, GgufValue> values) => Tokenizer.FromGguf(Metadata(values));

    /// <summary>The texts of the tokens of a text, so that a test need not count ids.</summary>
    public static string[] Pieces(this Tokenizer tokenizer, string text, bool addSpecial = false, bool parseSpecial = false) =>
        [.. tokenizer.Encode(text, addSpecial, parseSpecial).Select(id => System.Text.Encoding.UTF8.GetString(tokenizer.Vocabulary.TokenBytes(id)))];
}
