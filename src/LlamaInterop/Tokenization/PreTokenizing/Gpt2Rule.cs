namespace LlamaInterop.Tokenization;

/// <summary>GPT-2's words: <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>.</summary>
internal sealed class Gpt2Rule : WordRule
{
    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int contraction = ContractionEnd(text, start, ignoreCase: false);
        if (contraction > 0)
            return contraction;

        int first = text[start] == ' ' && start + 1 < text.Length ? start + 1 : start;
        var kind = Kind(text[first]);
        if (kind == CharacterClass.WhiteSpace)
            return SpacesBeforeWord(text, start, WhiteSpaceEnd(text, start));
        int end = first + 1;
        while (end < text.Length && Kind(text[end]) == kind)
            end++;
        return end;
    }

    // Everything that is neither white space, letter nor number makes words together.
    private static CharacterClass Kind(int codePoint) => CharacterClasses.Of(codePoint) switch
    {
        CharacterClass.Mark or CharacterClass.Punctuation or CharacterClass.Symbol => CharacterClass.Other,
        var kind => kind,
    };
}
