namespace LlamaInterop.Tokenization;

/// <summary>
/// The words of GPT-4o, which end where lower case turns to upper case: with U for a letter other than a-z and L for one other than A-Z,
/// <c>[^\r\n\p{L}\p{N}]?U*L+(?i:'s|...)?|[^\r\n\p{L}\p{N}]?U+L*(?i:'s|...)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <remarks>The tokenizer of OpenAI tells case apart for all scripts; GGUF's ids come from this rule, which does so for ASCII only.</remarks>
internal sealed class CasedWordRule : LlamaRule
{
    /// <summary>An English contraction belongs to the word before it.</summary>
    public required bool Contractions { get; init; }

    /// <summary>Marks count as letters of either case.</summary>
    public bool MarksInWords { get; init; }

    protected override int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int first = FirstLetter(text, start);
        int end = CasedEnd(text, first);
        if (end == first)
            return start;
        return Contractions ? AfterContraction(text, end) : end;
    }

    protected override bool IsWordCharacter(int codePoint) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.Letter => true,
        CharacterClass.Mark => MarksInWords,
        _ => false,
    };

    // U*L+ takes the upper-case run and the lower-case letters behind it. If there are none, it gives back upper-case letters
    // until one that has no case can stand for L+; if there is none either, U+L* takes the whole run.
    private int CasedEnd(ReadOnlySpan<int> text, int start)
    {
        int upper = start;
        while (upper < text.Length && IsLetterBut(text[upper], 'a', 'z'))
            upper++;
        int lower = upper;
        while (lower < text.Length && IsLetterBut(text[lower], 'A', 'Z'))
            lower++;
        if (lower > upper)
            return lower;
        int caseless = upper;
        while (caseless > start && text[caseless - 1] is >= 'A' and <= 'Z')
            caseless--;
        return caseless > start ? caseless : upper;
    }

    private bool IsLetterBut(int codePoint, char first, char last) =>
        IsWordCharacter(codePoint) && !(codePoint >= first && codePoint <= last);
}
