using System.Runtime.InteropServices;

namespace LlamaInterop.Tokenization;

/// <summary>Composes characters as Unicode's normalization form C has it: <c>e</c> and an acute accent become <c>é</c>.</summary>
/// <remarks>Unicode Standard, 3.11 and 3.12. Takes time O(n log n), whatever the text.</remarks>
internal static class CanonicalComposition
{
    /// <summary>The text composed: the same memory where nothing changes.</summary>
    public static Span<int> Apply(Span<int> text)
    {
        if (IsComposed(text))
            return text;
        var parts = new List<int>(text.Length * 2);
        foreach (int codePoint in text)
            Decompose(codePoint, parts);
        var composed = CollectionsMarshal.AsSpan(parts);
        Order(composed);
        return composed[..Compose(composed)];
    }

    /// <summary>Appends what a character is made of.</summary>
    public static void Decompose(int codePoint, List<int> parts)
    {
        if (Hangul.IsSyllable(codePoint))
        {
            Hangul.Decompose(codePoint, parts);
            return;
        }
        int start = parts.Count;
        while (CanonicalDecompositions.TryGet(codePoint, out var step))
        {
            if (step.Second != 0)
                parts.Insert(start, step.Second);
            codePoint = step.First;
        }
        parts.Insert(start, codePoint);
    }

    private static bool IsComposed(ReadOnlySpan<int> text)
    {
        foreach (int codePoint in text)
        {
            bool mayChange = !IsPlain(codePoint) && (CombiningClasses.Of(codePoint) != 0 || CanonicalDecompositions.IsSecond(codePoint)
                || CanonicalDecompositions.IsLost(codePoint) || Hangul.IsVowelOrFinal(codePoint));
            if (mayChange)
                return false;
        }
        return true;
    }

    // Latin without marks, Chinese and Korean: what most text is of.
    private static bool IsPlain(int codePoint) => codePoint is < 0x300 or (>= 0x3100 and < 0xA66F) || Hangul.IsSyllable(codePoint);

    // Marks between two characters of class 0 are sorted by class; those of one class keep their order.
    private static void Order(Span<int> text)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = start;
            while (end < text.Length && CombiningClasses.Of(text[end]) != 0)
                end++;
            if (end - start > 1)
                SortByClass(text[start..end]);
            start = end + 1;
        }
    }

    private static void SortByClass(Span<int> marks)
    {
        var keys = new long[marks.Length];
        for (int i = 0; i < marks.Length; i++)
            keys[i] = ((long)CombiningClasses.Of(marks[i]) << 32) | (uint)i;
        MemoryExtensions.Sort(keys.AsSpan(), marks);
    }

    private static int Compose(Span<int> text)
    {
        int count = 0, starter = -1, lastClass = 0;
        foreach (int codePoint in text)
        {
            int classOf = CombiningClasses.Of(codePoint);
            // A mark reaches its starter across lower classes only; a starter only what it follows at once.
            bool reaches = starter >= 0 && (starter == count - 1 || lastClass < classOf);
            int whole = reaches ? Join(text[starter], codePoint) : -1;
            if (whole >= 0)
            {
                text[starter] = whole;
                continue;
            }
            if (classOf == 0)
                starter = count;
            lastClass = classOf;
            text[count++] = codePoint;
        }
        return count;
    }

    private static int Join(int first, int second) =>
        Hangul.Compose(first, second) is >= 0 and int syllable ? syllable : CanonicalDecompositions.Compose(first, second);
}
