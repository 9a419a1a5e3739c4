namespace LlamaInterop.Tokenization;

/// <summary>Cuts out runs of a kind of character: <c>\p{N}</c>, <c>\p{N}+</c>, <c>[0-9]{3}</c>, <c>\s?\p{L}+</c>.</summary>
/// <param name="contains">Whether a character belongs to a run.</param>
internal sealed class RunRule(Func<int, bool> contains) : IsolatingRule
{
    /// <summary>Shorter runs are not cut out.</summary>
    public int MinLength { get; init; } = 1;

    /// <summary>Longer runs are cut into several.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>Whether a character may precede a run and belong to it, as in <c>\s?\p{L}+</c>.</summary>
    public Func<int, bool>? Prefix { get; init; }

    protected override int MatchEnd(ReadOnlySpan<int> text, int start)
    {
        int first = Prefix is not null && Prefix(text[start]) && HasMinimum(text, start + 1) ? start + 1 : start;
        if (!HasMinimum(text, first))
            return start;
        int end = first + MinLength;
        while (end < text.Length && end - first < MaxLength && contains(text[end]))
            end++;
        return end;
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
}
