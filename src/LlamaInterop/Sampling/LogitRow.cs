using System.Numerics;

namespace LlamaInterop.Sampling;

/// <summary>What is done to whole rows of a vocabulary's length, vector by vector.</summary>
internal static class LogitRow
{
    /// <summary>Copies a row; a NaN becomes negative infinity.</summary>
    public static void CopyWithoutNaN(ReadOnlySpan<float> source, Span<float> target)
    {
        var excluded = new Vector<float>(float.NegativeInfinity);
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var values = new Vector<float>(source[i..]);
            Vector.ConditionalSelect(Vector.Equals(values, values), values, excluded).CopyTo(target[i..]);
        }
        for (; i < source.Length; i++)
            target[i] = float.IsNaN(source[i]) ? float.NegativeInfinity : source[i];
    }

    /// <summary>The highest of values that are not NaN; negative infinity of none.</summary>
    public static float Highest(ReadOnlySpan<float> values)
    {
        var highest = new Vector<float>(float.NegativeInfinity);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            highest = Vector.Max(highest, new Vector<float>(values[i..]));
        float best = float.NegativeInfinity;
        for (int lane = 0; lane < Vector<float>.Count; lane++)
            best = Math.Max(best, highest[lane]);
        for (; i < values.Length; i++)
            best = Math.Max(best, values[i]);
        return best;
    }

    /// <summary>Writes 0, 1, 2 and so on.</summary>
    public static void FillAscending(Span<int> target)
    {
        var values = Vector.CreateSequence(0, 1);
        var step = new Vector<int>(Vector<int>.Count);
        int i = 0;
        for (; i <= target.Length - Vector<int>.Count; i += Vector<int>.Count, values += step)
            values.CopyTo(target[i..]);
        for (; i < target.Length; i++)
            target[i] = i;
    }
}
