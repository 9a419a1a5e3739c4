using System.Runtime.InteropServices;

namespace LlamaInterop.Tools;

/// <summary>
/// Log-probabilities of one place in 16 bits, as a file of logits holds them: f32 step, f32 lowest, then for each token how many steps it
/// lies above the lowest, the last place unused where the vocabulary is odd. All that is more than 16 below the best counts as the lowest.
/// </summary>
internal static class LogProbabilityRow
{
    private const int HeaderWords = 4;
    private const int Steps = 65535;
    private const float Range = 16;

    /// <summary>16-bit words of a row.</summary>
    public static long WordsOf(long vocabulary) => HeaderWords + ((vocabulary + 1) / 2 * 2);

    /// <summary>Writes a row, and returns its soft-max.</summary>
    public static SoftMaxSum Encode(ReadOnlySpan<float> logits, Span<ushort> row)
    {
        SoftMaxSum sum = SoftMaxSum.Of(logits);
        float lowest = sum.Max;
        foreach (float logit in logits)
            lowest = MathF.Min(lowest, logit);
        lowest = MathF.Max(lowest, sum.Max - Range);
        float step = (sum.Max - lowest) / Steps, inverse = 1 / step;
        Span<float> header = MemoryMarshal.Cast<ushort, float>(row[..HeaderWords]);
        header[0] = step;
        header[1] = lowest - sum.Max - (float)sum.LogSum;
        row = row[HeaderWords..];
        row.Clear();
        for (int i = 0; i < logits.Length && step > 0; i++)
            row[i] = logits[i] > lowest ? (ushort)Math.Min(MathF.Round(inverse * (logits[i] - lowest)), Steps) : (ushort)0;
        return sum;
    }

    /// <summary>Reads a row as many long as <paramref name="logs"/>.</summary>
    public static void Decode(ReadOnlySpan<ushort> row, Span<float> logs)
    {
        ReadOnlySpan<float> header = MemoryMarshal.Cast<ushort, float>(row[..HeaderWords]);
        float step = header[0], lowest = header[1];
        row = row.Slice(HeaderWords, logs.Length);
        for (int i = 0; i < logs.Length; i++)
            logs[i] = (step * row[i]) + lowest;
    }
}
