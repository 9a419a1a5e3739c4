namespace LlamaInterop.Tokenization;

/// <summary>
/// The words of GPT-4o, which end where lower case turns to upper case: with U for a letter other than a-z and L for one other than A-Z,
/// <c>[^\r\n\p{L}\p{N}]?U*L+(?i:'s|...)?|[^\r\n\p{L}\p{N}]?U+L*(?i:'s|...)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <remarks>The tokenizer of OpenAI tells case apart for all scripts; GGUF's ids come from this rule, which does so for ASCII only.</remarks>
/// <param name="maxDigits">The longest number.</param>
/// <param name="contractions">An English contraction belongs to the word before it.</param>
internal sealed class CasedWordRule(int maxDigits, bool contractions) : WordRule
{
    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = WordEnd(text, start);
        if (end > start)
            return end;
        end = Llama3Rule.NumberEnd(text, start, maxDigits);
        if (end > start)
            return end;
        end = Llama3Rule.PunctuationEnd(text, start, marksInWords: false, slash: true);
        return end > start ? end : Llama3Rule.LineOrSpaceEnd(text, start);
    }

    private int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int first = start;
        if (!CharacterClasses.IsLetter(text[start]))
        {
            if (text[start] is '\r' or '\n' || CharacterClasses.IsNumber(text[start]))
                return start;
            first++;
        }
        int end = LettersEnd(text, first);
        if (end == first)
            return start;
        int contraction = contractions && end < text.Length ? ContractionEnd(text, end, ignoreCase: true) : -1;
        return contraction > 0 ? contraction : end;
    }

    // U*L+ takes the upper-case run and the lower-case letters behind it. If there are none, it gives back upper-case letters
    // until one that has no case can stand for L+; if there is none either, U+L* takes the whole run.
    private static int LettersEnd(ReadOnlySpan<int> text, int start)
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

    private static bool IsLetterBut(int codePoint, char first, char last) =>
        CharacterClasses.IsLetter(codePoint) && !(codePoint >= first && codePoint <= last);
}
