namespace LlamaInterop.Tokenization;

/// <summary>
/// The words of Llama 3, Qwen 2 and their kin:
/// <c>(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+</c>.
/// </summary>
/// <param name="maxDigits">The longest number: 3 of Llama 3, 1 of Qwen.</param>
/// <param name="marksInWords">Marks count as letters, as Qwen 3.5 has it.</param>
internal sealed class Llama3Rule(int maxDigits, bool marksInWords = false) : WordRule
{
    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int contraction = ContractionEnd(text, start, ignoreCase: true);
        if (contraction > 0)
            return contraction;

        int end = WordEnd(text, start);
        if (end > start)
            return end;
        end = NumberEnd(text, start, maxDigits);
        if (end > start)
            return end;
        end = PunctuationEnd(text, start, marksInWords, slash: false);
        return end > start ? end : LineOrSpaceEnd(text, start);
    }

    /// <summary><c>\p{N}{1,max}</c>.</summary>
    public static int NumberEnd(ReadOnlySpan<int> text, int start, int max)
    {
        int end = start;
        while (end < text.Length && end < start + max && CharacterClasses.IsNumber(text[end]))
            end++;
        return end;
    }

    /// <summary><c> ?[^\s\p{L}\p{N}]+[\r\n]*</c>, with a slash among the trailing characters where <paramref name="slash"/> is set.</summary>
    public static int PunctuationEnd(ReadOnlySpan<int> text, int start, bool marksInWords, bool slash)
    {
        int end = text[start] == ' ' ? start + 1 : start;
        int first = end;
        while (end < text.Length && IsPunctuation(text[end], marksInWords))
            end++;
        if (end == first)
            return start;
        while (end < text.Length && (text[end] is '\r' or '\n' || slash && text[end] == '/'))
            end++;
        return end;
    }

    /// <summary><c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: up to the last line break of the white space that begins at <paramref name="start"/>, if there is one.</summary>
    public static int LineOrSpaceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = WhiteSpaceEnd(text, start);
        if (end == start)
            return start + 1;
        int lineBreak = text[start..end].LastIndexOfAny('\r', '\n');
        return lineBreak >= 0 ? start + lineBreak + 1 : SpacesBeforeWord(text, start, end);
    }

    private static bool IsPunctuation(int codePoint, bool marksInWords) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.WhiteSpace or CharacterClass.Letter or CharacterClass.Number => false,
        CharacterClass.Mark => !marksInWords,
        _ => true,
    };

    // [^\r\n\p{L}\p{N}]?\p{L}+
    private int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int end = start;
        if (!IsWordCharacter(text[start]))
        {
            if (text[start] is '\r' or '\n' || CharacterClasses.IsNumber(text[start]))
                return start;
            end++;
        }
        int first = end;
        while (end < text.Length && IsWordCharacter(text[end]))
            end++;
        return end == first ? start : end;
    }

    private bool IsWordCharacter(int codePoint) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.Letter => true,
        CharacterClass.Mark => marksInWords,
        _ => false,
    };
}
