namespace LlamaInterop.Tokenization;

/// <summary>Finds words that are tokens as they stand, whether or not merges lead to them.</summary>
internal sealed class WordLookup
{
    private readonly Vocabulary _vocabulary;
    private readonly bool _byteLevel;
    private readonly bool _lineBreaksOnly;
    private readonly int _maxLength;

    private WordLookup(Vocabulary vocabulary, bool byteLevel, bool lineBreaksOnly)
    {
        _vocabulary = vocabulary;
        _byteLevel = byteLevel;
        _lineBreaksOnly = lineBreaksOnly;
        for (int id = 0; id < vocabulary.Count; id++)
            _maxLength = Math.Max(_maxLength, vocabulary.TokenBytes(id).Length);
    }

    /// <summary>The look-up that a vocabulary asks for; null if it merges all words.</summary>
    public static WordLookup? For(Vocabulary vocabulary, PreTokenizer preTokenizer)
    {
        bool allWords = vocabulary.Rules.IgnoreMerges;
        return allWords || preTokenizer.WholeLineBreaks ? new(vocabulary, preTokenizer.ByteLevel, !allWords) : null;
    }

    /// <summary>The token whose text is the whole word, or -1.</summary>
    public int Find(ReadOnlySpan<int> word)
    {
        if (word.Length > _maxLength || _lineBreaksOnly && word[0] != '\n')
            return SpecialTokens.None;
        // A code point is up to 4 bytes, each written with up to 2.
        Span<byte> text = word.Length <= 64 ? stackalloc byte[64 * 8] : new byte[word.Length * 8];
        int length = 0;
        Span<byte> character = stackalloc byte[4];
        foreach (int codePoint in word)
        {
            int bytes = Utf8Text.Encode(codePoint, character);
            if (_byteLevel)
            {
                foreach (byte value in character[..bytes])
                    length += Utf8Text.Encode(ByteAlphabet.Character(value), text[length..]);
            }
            else
            {
                character[..bytes].CopyTo(text[length..]);
                length += bytes;
            }
        }
        return _vocabulary.IdOf(text[..length]);
    }
}
