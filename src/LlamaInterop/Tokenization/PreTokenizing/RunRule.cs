namespace LlamaInterop.Tokenization;

/// <summary>Cuts out runs of a kind of character: <c>\p{N}</c>, <c>\p{N}+</c>, <c>[0-9]{3}</c>, <c>\s?\p{L}+</c>.</summary>
/// <param name="contains">Whether a character belongs to a run.</param>
internal sealed class RunRule(Func<int, bool> contains) : WordRule
{
    /// <summary>Shorter runs are not cut out.</summary>
    public int MinLength { get; init; } = 1;

    /// <summary>Longer runs are cut into several.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>Whether a character may precede a run and belong to it, as in <c>\s?\p{L}+</c>.</summary>
    public Func<int, bool>? Prefix { get; init; }

    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = MatchEnd(text, start);
        if (end > start)
            return end;
        for (int next = start + 1; next < text.Length; next++)
        {
            if (Begins(text, next))
                return next;
        }
        return text.Length;
    }

    private bool Begins(ReadOnlySpan<int> text, int start)
    {
        int first = Prefix is not null && Prefix(text[start]) ? start + 1 : start;
        return HasMinimum(text, first) || first > start && HasMinimum(text, start);
    }

    private bool HasMinimum(ReadOnlySpan<int> text, int start)
    {
        if (start + MinLength > text.Length)
            return false;
        for (int i = start; i < start + MinLength; i++)
        {
            if (!contains(text[i]))
                return false;
        }
        return true;
    }

    private int MatchEnd(ReadOnlySpan<int> text, int start)
    {
        if (!Begins(text, start))
            return start;
        int first = Prefix is not null && Prefix(text[start]) && HasMinimum(text, start + 1) ? start + 1 : start;
        int end = first + MinLength;
        while (end < text.Length && end - first < MaxLength && contains(text[end]))
            end++;
        return end;
    }
}
