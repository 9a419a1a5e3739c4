namespace LlamaInterop.Tokenization;

/// <summary>Cuts numbers into groups of three digits, counted from the right, the first with all that lies before it: <c>a 12|345|678|b</c>.</summary>
/// <remarks>
/// AFMoE and Tiny Aya leave the text before a number to itself; GGUF's ids come from this rule, and only spaces before a number show it.
/// Must be the first rule, since what lies before <c>start</c> tells it where in a number it is.
/// </remarks>
internal sealed class NumberGroupRule : WordRule
{
    private const int GroupLength = 3;

    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        // The groups behind the first are whole, so the digits need be counted only once.
        if (start > 0 && CharacterClasses.IsNumber(text[start]) && CharacterClasses.IsNumber(text[start - 1]))
            return start + GroupLength;
        int first = start;
        while (first < text.Length && !CharacterClasses.IsNumber(text[first]))
            first++;
        int end = first;
        while (end < text.Length && CharacterClasses.IsNumber(text[end]))
            end++;
        int remainder = (end - first) % GroupLength;
        return Math.Min(end, first + (remainder > 0 ? remainder : GroupLength));
    }
}
