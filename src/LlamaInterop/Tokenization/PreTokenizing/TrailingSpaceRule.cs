namespace LlamaInterop.Tokenization;

/// <summary>Cuts off the white space at the end: <c>\s+$</c>.</summary>
internal sealed class TrailingSpaceRule : WordRule
{
    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = text.Length;
        while (end > start && CharacterClasses.IsWhiteSpace(text[end - 1]))
            end--;
        return end > start ? end : text.Length;
    }
}
