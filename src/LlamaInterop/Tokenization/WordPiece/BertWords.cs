using System.Globalization;

namespace LlamaInterop.Tokenization;

/// <summary>Cuts text into BERT's words: control characters dropped, accents and case too where asked for, and each punctuation
/// mark and Chinese character a word of its own.</summary>
/// <remarks>As Hugging Face's BertNormalizer and BertPreTokenizer do it (Devlin and others, 2018).</remarks>
internal ref struct BertWords(ReadOnlySpan<byte> text, bool lowercase, bool stripAccents)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private readonly int[] _bases = new int[3];
    private byte[] _word = new byte[64];
    private int _length;
    private int _characters;
    private int _position;
    private int _baseCount;
    private int _nextBase;
    private bool _isolated;

    /// <summary>The current word in UTF-8, normalized.</summary>
    public readonly ReadOnlySpan<byte> Current => _word.AsSpan(0, _length);

    /// <summary>The number of characters in the current word.</summary>
    public readonly int Characters => _characters;

    public bool MoveNext()
    {
        _length = _characters = 0;
        while (TryPeek(out int character))
        {
            bool alone = _isolated || IsPunctuation(character);
            bool space = CharacterClasses.IsWhiteSpace(character);
            if (_characters > 0 && (alone || space))
                return true;
            _nextBase++;
            if (space)
                continue;
            Append(character);
            if (alone)
                return true;
        }
        return _characters > 0;
    }

    // The next normalized character, which stays until _nextBase moves on.
    private bool TryPeek(out int character)
    {
        while (_nextBase == _baseCount)
        {
            if (_position == _text.Length)
            {
                character = 0;
                return false;
            }
            int codePoint = Utf8Text.Decode(_text, _position, out int length);
            _position += length;
            _nextBase = 0;
            _baseCount = Normalize(codePoint);
            _isolated = IsChinese(codePoint);
        }
        character = _bases[_nextBase];
        return true;
    }

    private readonly int Normalize(int codePoint)
    {
        if (IsDropped(codePoint))
            return 0;
        _bases[0] = codePoint;
        int count = stripAccents ? IsAccent(codePoint) ? 0 : CanonicalBases.Write(codePoint, _bases) : 1;
        for (int i = 0; lowercase && i < count; i++)
            _bases[i] = Utf8Text.ToLower(_bases[i]);
        return count;
    }

    private void Append(int character)
    {
        if (_length + 4 > _word.Length)
            Array.Resize(ref _word, _word.Length * 2);
        _length += Utf8Text.Encode(character, _word.AsSpan(_length));
        _characters++;
    }

    private static bool IsDropped(int codePoint) =>
        codePoint is 0 or Utf8Text.Replacement
        || codePoint is not ('\t' or '\n' or '\r')
            && CharUnicodeInfo.GetUnicodeCategory(codePoint) is >= UnicodeCategory.Control and <= UnicodeCategory.PrivateUse;

    private static bool IsAccent(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint) == UnicodeCategory.NonSpacingMark;

    private static bool IsPunctuation(int codePoint) =>
        CharacterClasses.Of(codePoint) == CharacterClass.Punctuation
        || codePoint < 0x80 && CharacterClasses.Of(codePoint) == CharacterClass.Symbol;

    // Ideographs as BERT lists them: the fourth range of extensions begins late, in the original and so in its vocabularies' use.
    private static bool IsChinese(int codePoint) => codePoint is
        (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
