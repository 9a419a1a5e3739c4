namespace LlamaInterop.Tokenization;

/// <summary>A rule that matches only here and there: each match is a piece, and so is what lies between two of them.</summary>
internal abstract class IsolatingRule : WordRule
{
    public sealed override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        int end = MatchEnd(text, start);
        if (end > start)
            return end;
        int next = start + 1;
        while (next < text.Length && MatchEnd(text, next) == next)
            next++;
        return next;
    }

    /// <summary>Where the match that begins at <paramref name="start"/> ends; <paramref name="start"/> if none does. To find none must take constant time.</summary>
    protected abstract int MatchEnd(ReadOnlySpan<int> text, int start);
}
