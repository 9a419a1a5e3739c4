using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tokenization;

/// <summary>Turns text into tokens and back, with the ids and bytes that llama.cpp gives. May be used by many threads.</summary>
/// <remarks>Time is O(n log n) in the text's bytes, whatever they are; no input is refused, valid UTF-8 or not.</remarks>
public abstract class Tokenizer
{
    private readonly SpecialTokenFinder _specialTokens;
    private readonly SpecialTokenFinder _userDefinedTokens;
    private readonly PieceTable _pieces;

    private protected Tokenizer(Vocabulary vocabulary)
    {
        Vocabulary = vocabulary;
        _pieces = new PieceTable(vocabulary);
        _specialTokens = new SpecialTokenFinder(vocabulary, hidden: true);
        _userDefinedTokens = new SpecialTokenFinder(vocabulary, hidden: false);
    }

    /// <summary>The tokens that it knows.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>What is odd about the vocabulary, one line each, for people; an unknown pre-tokenizer is among it.</summary>
    public IReadOnlyList<string> Warnings => Vocabulary.Warnings;

    /// <summary>The length of the longest text of a token, in bytes.</summary>
    public int MaxPieceBytes => _pieces.MaxLength;

    /// <summary>Reads a model's vocabulary and makes the tokenizer that it asks for.</summary>
    /// <exception cref="GgufException">A key is missing, wrong or not supported; the message names it.</exception>
    public static Tokenizer FromGguf(GgufMetadata metadata) => FromVocabulary(Vocabulary.FromGguf(metadata));

    internal static Tokenizer FromVocabulary(Vocabulary vocabulary) => vocabulary.Model switch
    {
        TokenizerModel.Spm => new SpmTokenizer(vocabulary),
        TokenizerModel.Bpe => new BpeTokenizer(vocabulary),
        TokenizerModel.Wpm => new WpmTokenizer(vocabulary),
        TokenizerModel.Ugm => new UgmTokenizer(vocabulary),
        TokenizerModel.Rwkv => new RwkvTokenizer(vocabulary),
        TokenizerModel.Plamo => new PlamoTokenizer(vocabulary),
        TokenizerModel.None => new NoTokenizer(vocabulary),
        _ => throw new ArgumentOutOfRangeException(nameof(vocabulary), vocabulary.Model, "there is no such model"),
    };

    /// <summary>The tokens of a text.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="addSpecial">Puts begin and end tokens around it, as the vocabulary asks for.</param>
    /// <param name="parseSpecial">The text of a control token becomes that token; otherwise it is text like any other.</param>
    public int[] Encode(ReadOnlySpan<byte> utf8, bool addSpecial, bool parseSpecial)
    {
        var ids = new List<int>(utf8.Length / 3 + 2);
        Encode(utf8, addSpecial, parseSpecial, ids);
        return [.. ids];
    }

    /// <summary>The tokens of a text.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, bool, bool)"/>
    public int[] Encode(string text, bool addSpecial, bool parseSpecial) => Encode(Encoding.UTF8.GetBytes(text), addSpecial, parseSpecial);

    /// <summary>Appends the tokens of a text to <paramref name="ids"/>.</summary>
    /// <inheritdoc cref="Encode(ReadOnlySpan{byte}, bool, bool)"/>
    public void Encode(ReadOnlySpan<byte> utf8, bool addSpecial, bool parseSpecial, List<int> ids)
    {
        if (addSpecial && BeginToken >= 0)
            ids.Add(BeginToken);
        var finder = parseSpecial ? _specialTokens : _userDefinedTokens;
        bool afterSpecial = true;
        foreach (var fragment in finder.Split(utf8))
        {
            if (fragment.IsToken)
                ids.Add(fragment.Token);
            else
                EncodeText(utf8.Slice(fragment.Start, fragment.Length), afterSpecial, ids);
            afterSpecial = fragment.IsToken;
        }
        if (addSpecial && EndToken >= 0)
            ids.Add(EndToken);
    }

    /// <summary>The bytes that tokens stand for; they need not be valid UTF-8.</summary>
    /// <param name="ids">The tokens.</param>
    /// <param name="special">Control and unknown tokens give their text; otherwise they give nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token.</exception>
    public byte[] Decode(ReadOnlySpan<int> ids, bool special)
    {
        int length = 0;
        foreach (int id in ids)
            length = checked(length + Piece(id, special).Length);
        var bytes = new byte[length];
        int count = 0;
        foreach (int id in ids)
        {
            var piece = Piece(id, special);
            piece.CopyTo(bytes.AsSpan(count));
            count += piece.Length;
        }
        int start = Vocabulary.AddSpacePrefix && ids.Length > 0 && Piece(ids[0], special).StartsWith((byte)' ') ? 1 : 0;
        if (Vocabulary.Rules.CleanSpaces)
            count = start + SpaceCleaner.Clean(bytes.AsSpan(start..count));
        return bytes[start..count];
    }

    /// <summary>Writes the bytes that one token stands for, without allocating, and returns how many they are.</summary>
    /// <param name="id">The token.</param>
    /// <param name="special">Control and unknown tokens give their text; otherwise they give nothing.</param>
    /// <param name="destination">At least <see cref="MaxPieceBytes"/> long, to be always enough.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is no token.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int PieceBytes(int id, bool special, Span<byte> destination)
    {
        var piece = Piece(id, special);
        piece.CopyTo(destination);
        return piece.Length;
    }

    /// <summary>The bytes that one token stands for.</summary>
    internal ReadOnlySpan<byte> Piece(int id, bool special)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary.Count, nameof(id));
        return special || !Vocabulary.IsHidden(id) ? _pieces[id] : [];
    }

    /// <summary>What encoding with special tokens puts first, or -1.</summary>
    private protected virtual int BeginToken => Vocabulary.AddBos ? Vocabulary.Bos : SpecialTokens.None;

    /// <summary>What encoding with special tokens puts last, or -1.</summary>
    private protected virtual int EndToken => Vocabulary.AddEos ? Vocabulary.Eos : SpecialTokens.None;

    /// <summary>Appends the tokens of text in which no special token is left.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="afterSpecial">It begins the input, or follows a special token.</param>
    /// <param name="ids">Where the tokens go.</param>
    private protected abstract void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids);
}
