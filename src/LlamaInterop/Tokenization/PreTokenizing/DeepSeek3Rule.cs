namespace LlamaInterop.Tokenization;

/// <summary>
/// The words of DeepSeek V3: with A for the punctuation and symbols of ASCII,
/// <c>A[A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
internal sealed class DeepSeek3Rule : IsolatingRule
{
    protected override int MatchEnd(ReadOnlySpan<int> text, int start)
    {
        int end = MarkedWordEnd(text, start);
        if (end == start)
            end = WordEnd(text, start);
        if (end == start)
            end = PunctuationEnd(text, start);
        return end > start ? end : LineOrSpaceEnd(text, start);
    }

    private static int MarkedWordEnd(ReadOnlySpan<int> text, int start)
    {
        int end = start + 1;
        if (text[start] >= 0x80 || !IsPunctuation(text[start]))
            return start;
        while (end < text.Length && text[end] < 0x80 && CharacterClasses.IsLetter(text[end]))
            end++;
        return end > start + 1 ? end : start;
    }

    private static int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int first = IsLetterOrMark(text[start]) || text[start] is '\r' or '\n' || IsPunctuation(text[start]) ? start : start + 1;
        int end = first;
        while (end < text.Length && IsLetterOrMark(text[end]))
            end++;
        return end > first ? end : start;
    }

    private static int PunctuationEnd(ReadOnlySpan<int> text, int start)
    {
        int first = text[start] == ' ' ? start + 1 : start;
        int end = first;
        while (end < text.Length && IsPunctuation(text[end]))
            end++;
        if (end == first)
            return start;
        while (end < text.Length && text[end] is '\r' or '\n')
            end++;
        return end;
    }

    private static bool IsLetterOrMark(int codePoint) => CharacterClasses.Of(codePoint) is CharacterClass.Letter or CharacterClass.Mark;

    private static bool IsPunctuation(int codePoint) => CharacterClasses.Of(codePoint) is CharacterClass.Punctuation or CharacterClass.Symbol;
}
