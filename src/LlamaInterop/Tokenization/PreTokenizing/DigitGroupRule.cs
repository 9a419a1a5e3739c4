namespace LlamaInterop.Tokenization;

/// <summary>Cuts before each group of three ASCII digits, counted from the right: <c>(?=(\d{3})+(?!\d))</c>, of SuperBPE.</summary>
/// <remarks>No earlier rule may cut between two digits, since the digit before <c>start</c> tells that a group begins there.</remarks>
internal sealed class DigitGroupRule : WordRule
{
    private const int GroupLength = 3;

    public override int PieceEnd(ReadOnlySpan<int> text, int start)
    {
        // The groups behind the first cut are whole, so the digits need be counted only once.
        int next = start;
        if (start > 0 && IsDigit(text, start) && IsDigit(text, start - 1))
        {
            next = start + GroupLength;
            if (IsDigit(text, next))
                return next;
        }
        while (next < text.Length)
        {
            int first = next;
            while (IsDigit(text, next))
                next++;
            int cut = FirstCut(first, next, start);
            if (cut > start)
                return cut;
            next = Math.Max(next, first + 1);
        }
        return text.Length;
    }

    // The first cut within digits from first to end that lies behind start, or start.
    private static int FirstCut(int first, int end, int start)
    {
        int cut = first + (end - first) % GroupLength;
        if (cut == start)
            cut += GroupLength;
        return cut < end ? cut : start;
    }

    private static bool IsDigit(ReadOnlySpan<int> text, int index) => index < text.Length && text[index] is >= '0' and <= '9';
}
