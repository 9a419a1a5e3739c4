using LlamaInterop.Gguf;

namespace LlamaInterop.Tokenization;

/// <summary>The tokens of a model: their texts, scores and kinds, and the ids of those that have a role. Immutable.</summary>
public sealed class Vocabulary
{
    private readonly GgufStringArray _texts;
    private readonly float[] _scores;
    private readonly TokenAttributes[] _attributes;
    private readonly bool[] _endsGeneration;

    internal Vocabulary(VocabularyParts parts)
    {
        Model = parts.Model;
        PreTokenizer = parts.PreTokenizer;
        _texts = parts.Texts;
        _scores = parts.Scores;
        _attributes = parts.Attributes;
        _endsGeneration = parts.EndsGeneration;
        Symbols = parts.Symbols;
        Merges = parts.Merges;
        CharacterMap = parts.CharacterMap;
        Special = parts.Special;
        Rules = parts.Rules;
        Warnings = parts.Warnings;
    }

    /// <summary>Reads the vocabulary of a model.</summary>
    /// <exception cref="GgufException">A key is missing, or its value is wrong; the message names the key.</exception>
    public static Vocabulary FromGguf(GgufMetadata metadata) => VocabularyReader.Read(metadata);

    /// <summary>The way in which text becomes tokens.</summary>
    public TokenizerModel Model { get; }

    /// <summary>The name of the rules that cut text into words (<c>tokenizer.ggml.pre</c>); empty where the file has none.</summary>
    public string PreTokenizer { get; }

    /// <summary>The number of tokens; ids are 0 to <c>Count - 1</c>.</summary>
    public int Count => _texts.Count;

    /// <summary>What is done to a text before and after it is cut into tokens.</summary>
    public VocabularyRules Rules { get; }

    /// <summary>The tokens that have a role.</summary>
    public SpecialTokens Special { get; }

    /// <summary>What is odd about the vocabulary, one line each, for people.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Begin of text, or -1.</summary>
    public int Bos => Special.Bos;

    /// <summary>End of text, or -1.</summary>
    public int Eos => Special.Eos;

    /// <summary>End of turn, or -1.</summary>
    public int Eot => Special.Eot;

    /// <summary>End of message, or -1.</summary>
    public int Eom => Special.Eom;

    /// <summary>Unknown, or -1.</summary>
    public int Unk => Special.Unk;

    /// <summary>Separator, or -1.</summary>
    public int Sep => Special.Sep;

    /// <summary>Padding, or -1.</summary>
    public int Pad => Special.Pad;

    /// <summary>Whether a text begins with <see cref="Bos"/>.</summary>
    public bool AddBos => Rules.AddBos;

    /// <summary>Whether a text ends with <see cref="Eos"/>.</summary>
    public bool AddEos => Rules.AddEos;

    /// <summary>Whether a space is put before a text.</summary>
    public bool AddSpacePrefix => Rules.AddSpacePrefix;

    /// <summary>The texts of the tokens, in which an encoder may make further symbols, numbered from <see cref="Count"/> on.</summary>
    internal ByteStringMap Symbols { get; }

    /// <summary>The merges of byte-pair encoding, each two texts with a space between; null for the other models.</summary>
    internal GgufStringArray? Merges { get; }

    /// <summary>What is rewritten in text before the unigram model sees it; null for nothing, and for the other models.</summary>
    internal CharacterMap? CharacterMap { get; }

    /// <summary>The text of a token as the vocabulary writes it: spaces and bytes may be escaped.</summary>
    public ReadOnlySpan<byte> TokenBytes(int id) => _texts.Utf8(id).Span;

    /// <summary>The tokens that text can become: those that have a text, of several with the same text the first.</summary>
    internal IEnumerable<(ReadOnlyMemory<byte> Text, int Id)> DistinctTokens =>
        Enumerable.Range(0, Count).Where(id => IdOf(TokenBytes(id)) == id).Select(id => (TokenMemory(id), id));

    internal ReadOnlyMemory<byte> TokenMemory(int id) => _texts.Utf8(id);

    /// <summary>Of SentencePiece and PLaMo: the higher, the likelier the token is taken. Zero where the file has no scores.</summary>
    public float Score(int id) => _scores[id];

    /// <summary>What a token is.</summary>
    public TokenAttributes Attributes(int id) => _attributes[id];

    /// <summary>The id of the token with this text, or -1.</summary>
    public int IdOf(ReadOnlySpan<byte> text)
    {
        int symbol = text.IsEmpty ? SpecialTokens.None : Symbols.Find(text);
        return symbol < Count ? symbol : SpecialTokens.None;
    }

    /// <summary>Whether the token ends an answer: end of text, of turn or of message, or a token known by its text to do so.</summary>
    public bool IsEndOfGeneration(int id) => (uint)id < (uint)_endsGeneration.Length && _endsGeneration[id];

    /// <summary>Whether the token steers the model, or stands for what cannot be written, and so has no text of its own.</summary>
    internal bool IsHidden(int id) => (_attributes[id] & (TokenAttributes.Control | TokenAttributes.Unknown)) != 0;
}
