namespace LlamaInterop.Tokenization;

/// <summary>Writes text as SentencePiece's unigram model sees it: rewritten by the vocabulary's rules, with U+2581 for spaces.</summary>
/// <param name="rules">Whether spaces are added and removed.</param>
/// <param name="map">What is rewritten, or null.</param>
internal sealed class UnigramNormalizer(VocabularyRules rules, CharacterMap? map)
{
    private static ReadOnlySpan<byte> ReplacementCharacter => "\uFFFD"u8;

    /// <summary>Appends a text, normalized, to <paramref name="normalized"/>.</summary>
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
                if (value == ' ')
                {
                    inWord = false;
                    if (!rules.RemoveExtraSpaces)
                        normalized.AddRange(Utf8Text.SpaceMark);
                    continue;
                }
                if (!inWord && (addSpace || rules.RemoveExtraSpaces))
                {
                    normalized.AddRange(Utf8Text.SpaceMark);
                    addSpace = false;
                }
                inWord = true;
                normalized.Add(value);
            }
            text = text[length..];
        }
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
