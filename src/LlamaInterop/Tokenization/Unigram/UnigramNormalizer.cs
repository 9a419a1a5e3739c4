using System.Runtime.InteropServices;

namespace LlamaInterop.Tokenization;

/// <summary>Writes text as SentencePiece's unigram model sees it: rewritten by the vocabulary's rules, with its mark U+2581 for spaces.</summary>
/// <remarks>
/// Since no space is left then, one stands for the mark, which is three bytes long. User-defined tokens are cut out before. llama.cpp
/// rewrites nothing that begins one, even where the token does not follow; SentencePiece does, and so does this.
/// </remarks>
/// <param name="rules">Whether spaces are added and removed.</param>
/// <param name="map">What is rewritten, or null.</param>
internal sealed class UnigramNormalizer(VocabularyRules rules, CharacterMap? map)
{
    private const byte Space = (byte)' ';

    // No text matches a token that has a space in it.
    private const byte Unmatched = 0xFF;

    private static ReadOnlySpan<byte> ReplacementCharacter => "\uFFFD"u8;

    /// <summary>A token's text as text that is normalized is written.</summary>
    public static ReadOnlyMemory<byte> Shorten(ReadOnlyMemory<byte> token)
    {
        if (!token.Span.Contains(Space) && token.Span.IndexOf(Utf8Text.SpaceMark) < 0)
            return token;
        var text = new List<byte>();
        foreach (byte value in token.Span)
            text.Add(value == Space ? Unmatched : value);
        Shorten(text);
        return text.ToArray();
    }

    /// <summary>Appends a text, normalized, to <paramref name="normalized"/>, which is empty.</summary>
    /// <remarks>Where extra spaces are removed, each word has one before it, the first too; otherwise the first has one if the vocabulary says so.</remarks>
    public void Normalize(ReadOnlySpan<byte> text, List<byte> normalized)
    {
        bool inWord = false;
        bool addSpace = rules.AddSpacePrefix;
        while (!text.IsEmpty)
        {
            var rewritten = Next(text, out int length);
            foreach (byte value in rewritten)
            {
                bool isSpace = value == Space;
                if (!isSpace && !inWord && (addSpace || rules.RemoveExtraSpaces))
                {
                    normalized.Add(Space);
                    addSpace = false;
                }
                if (!isSpace || !rules.RemoveExtraSpaces)
                    normalized.Add(value);
                inWord = !isSpace;
            }
            text = text[length..];
        }
        Shorten(normalized);
    }

    // The mark itself may be in the text.
    private static void Shorten(List<byte> text)
    {
        var bytes = CollectionsMarshal.AsSpan(text);
        int count = bytes.IndexOf(Utf8Text.SpaceMark);
        if (count < 0)
            return;
        for (int start = count; start < bytes.Length;)
        {
            bool isMark = bytes[start..].StartsWith(Utf8Text.SpaceMark);
            bytes[count++] = isMark ? Space : bytes[start];
            start += isMark ? Utf8Text.SpaceMark.Length : 1;
        }
        text.RemoveRange(count, text.Count - count);
    }

    private ReadOnlySpan<byte> Next(ReadOnlySpan<byte> text, out int length)
    {
        if (map is not null)
        {
            var replacement = map.Replace(text, out length);
            if (length > 0)
                return replacement;
        }
        return Utf8Text.Decode(text, 0, out length) == Utf8Text.Replacement ? ReplacementCharacter : text[..length];
    }
}
