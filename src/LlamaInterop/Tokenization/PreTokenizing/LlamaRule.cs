namespace LlamaInterop.Tokenization;

/// <summary>
/// What the rules of Llama 3 and its kin have in common: a word, or a number of some digits, or punctuation with the line breaks behind it
/// (<c> ?[^\s\p{L}\p{N}]+[\r\n]*</c>), or <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>. What a word is tells them apart.
/// </summary>
internal abstract class LlamaRule : WordRule
{
    /// <summary>The longest number: 3 of Llama 3, 1 of Qwen.</summary>
    public required int MaxDigits { get; init; }

    /// <summary>What belongs to the punctuation before it.</summary>
    public PunctuationTail Tail { get; init; } = PunctuationTail.LineBreaks;

    public sealed override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = WordEnd(text, start);
        if (end == start)
            end = NumberEnd(text, start);
        if (end == start)
            end = PunctuationEnd(text, start);
        if (end == start)
            end = LineOrSpaceEnd(text, start);
        return Math.Max(end, start + 1);
    }

    /// <summary>Where the word that begins at <paramref name="start"/> ends, or <paramref name="start"/>.</summary>
    protected abstract int WordEnd(ReadOnlySpan<int> text, int start);

    /// <summary>Whether a character is one of the letters of a word.</summary>
    protected abstract bool IsWordCharacter(int codePoint);

    /// <summary>Whether a character is one of <c>[^\s\p{L}\p{N}]</c>.</summary>
    protected virtual bool IsPunctuation(int codePoint) =>
        CharacterClasses.Of(codePoint) is not (CharacterClass.WhiteSpace or CharacterClass.Letter or CharacterClass.Number);

    /// <summary>
    /// Where the letters of the word that begins at <paramref name="start"/> begin: one character of <c>[^\r\n\p{L}\p{N}]</c> may precede them.
    /// Nothing is said of whether there are any.
    /// </summary>
    protected int FirstLetter(ReadOnlySpan<int> text, int start) =>
        IsWordCharacter(text[start]) || text[start] is '\r' or '\n' || !IsNoLetterOrNumber(text[start]) ? start : start + 1;

    /// <summary>Where the run of letters that begins at <paramref name="start"/> ends.</summary>
    protected int LettersEnd(ReadOnlySpan<int> text, int start)
    {
        while (start < text.Length && IsWordCharacter(text[start]))
            start++;
        return start;
    }

    /// <summary>Where the contraction that begins at <paramref name="start"/> ends, or <paramref name="start"/>; case does not matter.</summary>
    protected static int AfterContraction(ReadOnlySpan<int> text, int start) =>
        start < text.Length && ContractionEnd(text, start, ignoreCase: true) is > 0 and int end ? end : start;

    private static bool IsNoLetterOrNumber(int codePoint) => CharacterClasses.Of(codePoint) is not (CharacterClass.Letter or CharacterClass.Number);

    private int NumberEnd(ReadOnlySpan<int> text, int start)
    {
        int end = start;
        while (end < text.Length && end < start + MaxDigits && CharacterClasses.IsNumber(text[end]))
            end++;
        return end;
    }

    private int PunctuationEnd(ReadOnlySpan<int> text, int start)
    {
        int first = text[start] == ' ' ? start + 1 : start;
        int end = first;
        while (end < text.Length && IsPunctuation(text[end]))
            end++;
        return end == first ? start : TailEnd(text, end);
    }

    private int TailEnd(ReadOnlySpan<int> text, int start)
    {
        bool slash = Tail is PunctuationTail.LineBreaksAndSlashes or PunctuationTail.LineBreakOrSlash;
        int max = Tail switch { PunctuationTail.None => 0, PunctuationTail.LineBreakOrSlash => 1, _ => text.Length };
        int end = start;
        while (end < text.Length && end - start < max && (text[end] is '\r' or '\n' || slash && text[end] == '/'))
            end++;
        return end;
    }
}
