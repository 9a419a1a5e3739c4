namespace LlamaInterop.Tokenization;

/// <summary>One rule that cuts text into pieces. Every rule runs in time linear in the text, without recursion.</summary>
/// <remarks>
/// Vocabularies state their rules as regular expressions; each class below gives the one that it stands for. A regular
/// expression engine is not used on text because it backtracks, in time and on the stack.
/// </remarks>
internal abstract class WordRule
{
    /// <summary>Where the piece that begins at <paramref name="start"/> ends: after <paramref name="start"/>, at most at the text's end.</summary>
    /// <remarks>What the rule does not match between two matches, or at either end, is one piece.</remarks>
    public abstract int PieceEnd(ReadOnlySpan<int> text, int start);

    /// <summary>The end of the contraction that begins at <paramref name="start"/> (<c>'s 't 're 've 'm 'll 'd</c>), or -1.</summary>
    protected static int ContractionEnd(ReadOnlySpan<int> text, int start, bool ignoreCase)
    {
        if (text[start] != '\'' || start + 1 >= text.Length)
            return -1;
        int first = Lower(text[start + 1], ignoreCase);
        if (first is 's' or 't' or 'm' or 'd')
            return start + 2;
        if (start + 2 >= text.Length)
            return -1;
        int second = Lower(text[start + 2], ignoreCase);
        return (first, second) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? start + 3 : -1;
    }

    /// <summary>The end of the run of white space that begins at <paramref name="start"/>.</summary>
    protected static int WhiteSpaceEnd(ReadOnlySpan<int> text, int start)
    {
        while (start < text.Length && CharacterClasses.IsWhiteSpace(text[start]))
            start++;
        return start;
    }

    /// <summary><c>\s+(?!\S)|\s+</c>: white space, but for the last character of it where a word follows.</summary>
    protected static int SpacesBeforeWord(ReadOnlySpan<int> text, int start, int end) =>
        end < text.Length && end > start + 1 ? end - 1 : end;

    /// <summary>
    /// <c>\s*[\r\n]+|\s+(?!\S)|\s+</c>: up to the last line break of the white space that begins at <paramref name="start"/>, if there is one.
    /// </summary>
    protected static int LineOrSpaceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = WhiteSpaceEnd(text, start);
        int lineBreak = text[start..end].LastIndexOfAny('\r', '\n');
        return lineBreak >= 0 ? start + lineBreak + 1 : SpacesBeforeWord(text, start, end);
    }

    private static int Lower(int codePoint, bool ignoreCase) =>
        ignoreCase && codePoint is >= 'A' and <= 'Z' ? codePoint | 0x20 : codePoint;
}
