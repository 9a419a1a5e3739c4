namespace LlamaInterop.Tokenization;

/// <summary>
/// The cleaning of decoded text that some vocabularies ask for (Hugging Face's <c>clean_up_tokenization_spaces</c>): no space before
/// <c>? ! . ,</c>, none around an apostrophe that stands alone, none before <c>'s 'm 're 've</c>.
/// </summary>
internal static class SpaceCleaner
{
    /// <summary>Cleans in place and returns the new length.</summary>
    public static int Clean(Span<byte> text)
    {
        // Three passes, since each judges by what the one before has left.
        int length = CleanPunctuation(text);
        length = CleanLoneApostrophes(text[..length]);
        return CleanContractions(text[..length]);
    }

    private static int CleanPunctuation(Span<byte> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (i > 0 && text[i - 1] == ' ' && text[i] is (byte)'?' or (byte)'!' or (byte)'.' or (byte)',')
                count--;
            text[count++] = text[i];
        }
        return count;
    }

    private static int CleanLoneApostrophes(Span<byte> text)
    {
        int count = 0;
        int kept = 0;
        for (int i = 0; i < text.Length; i++)
        {
            bool alone = i > kept && text[i] == '\'' && text[i - 1] == ' ' && i + 1 < text.Length && text[i + 1] == ' ';
            if (alone)
                count--;
            text[count++] = text[i];
            // The space behind is gone and no longer counts as the one before the next character.
            if (alone)
                kept = ++i + 1;
        }
        return count;
    }

    private static int CleanContractions(Span<byte> text)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (i > 0 && text[i - 1] == ' ' && IsContraction(text[i..]))
                count--;
            text[count++] = text[i];
        }
        return count;
    }

    private static bool IsContraction(ReadOnlySpan<byte> text) =>
        text.StartsWith("'s"u8) || text.StartsWith("'m"u8) || text.StartsWith("'re"u8) || text.StartsWith("'ve"u8);
}
