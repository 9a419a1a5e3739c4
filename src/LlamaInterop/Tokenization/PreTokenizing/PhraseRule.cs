namespace LlamaInterop.Tokenization;

/// <summary>
/// EXAONE MoE's words, in which single spaces may part letters, so that a token may be of several words:
/// <c>(?i:'s|...)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+</c>.
/// </summary>
internal sealed class PhraseRule : LlamaRule
{
    protected override int WordEnd(ReadOnlySpan<int> text, int start)
    {
        int end = AfterContraction(text, start);
        if (end > start)
            return end;
        int first = FirstLetter(text, start);
        if (first == text.Length || !IsWordCharacter(text[first]))
            return start;
        end = first + 1;
        while (end < text.Length)
        {
            if (IsWordCharacter(text[end]) || CharacterClasses.Of(text[end]) == CharacterClass.Mark)
                end++;
            else if (text[end] == ' ' && end + 1 < text.Length && IsWordCharacter(text[end + 1]))
                end += 2;
            else
                break;
        }
        return end;
    }

    protected override bool IsWordCharacter(int codePoint) => CharacterClasses.IsLetter(codePoint);
}
