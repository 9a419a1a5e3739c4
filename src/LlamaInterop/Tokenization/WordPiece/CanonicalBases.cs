using System.Globalization;

namespace LlamaInterop.Tokenization;

/// <summary>What is left of a character when it is decomposed and its nonspacing marks are dropped: <c>e</c> of <c>é</c>.</summary>
internal static class CanonicalBases
{
    /// <summary>Writes what is left of a character, 1 to 3 of them, and returns their number.</summary>
    public static int Write(int codePoint, Span<int> destination)
    {
        if (!Hangul.IsSyllable(codePoint) && !CanonicalDecompositions.TryGet(codePoint, out _))
        {
            destination[0] = codePoint;
            return 1;
        }
        var parts = new List<int>(4);
        CanonicalComposition.Decompose(codePoint, parts);
        int count = 0;
        foreach (int part in parts)
        {
            if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                destination[count++] = part;
        }
        return count;
    }
}
