using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Rotary positions (Su et al. 2021) with linear scaling (Chen et al. 2023) and YaRN (Peng et al. 2023), in double.</summary>
internal static class NaiveRotary
{
    /// <summary>Rotates one head in place.</summary>
    /// <param name="metadata">The file's.</param>
    /// <param name="head">A query or key head.</param>
    /// <param name="position">Its token's position.</param>
    /// <param name="factors">Divisors of the frequencies.</param>
    /// <param name="neighbours">Whether pairs are neighbours, not half of what is rotated apart.</param>
    /// <param name="unscaled">Whether the frequencies are those of windowed layers, which no scaling touches.</param>
    public static void Rotate(GgufMetadata metadata, Span<double> head, int position, double[]? factors, bool neighbours, bool unscaled)
    {
        string arch = metadata.GetString("general.architecture");
        int rotated = metadata.GetInt32OrDefault($"{arch}.rope.dimension_count", head.Length);
        double magnitude = unscaled ? 1 : Magnitude(metadata, arch);
        for (int pair = 0; pair < rotated / 2; pair++)
        {
            (int first, int second) = neighbours ? (2 * pair, (2 * pair) + 1) : (pair, pair + (rotated / 2));
            double angle = position * (unscaled ? OwnFrequency(metadata, arch, pair, rotated, factors) : Frequency(metadata, arch, pair, rotated, factors));
            double cos = Math.Cos(angle) * magnitude, sin = Math.Sin(angle) * magnitude;
            (head[first], head[second]) = ((head[first] * cos) - (head[second] * sin), (head[first] * sin) + (head[second] * cos));
        }
    }

    /// <summary>Gemma 3's and OLMo 3's windowed layers: another base or none of the scaling.</summary>
    private static double OwnFrequency(GgufMetadata metadata, string arch, int pair, int rotated, double[]? factors)
    {
        double theta = metadata.GetFloatOrDefault($"{arch}.rope.freq_base_swa", metadata.GetFloatOrDefault($"{arch}.rope.freq_base", 10000));
        return Math.Pow(theta, -2.0 * pair / rotated) / (factors?[pair] ?? 1);
    }

    private static double Frequency(GgufMetadata metadata, string arch, int pair, int rotated, double[]? factors)
    {
        double theta = metadata.GetFloatOrDefault($"{arch}.rope.freq_base", 10000);
        double frequency = Math.Pow(theta, -2.0 * pair / rotated) / (factors?[pair] ?? 1);
        double stretched = frequency / metadata.GetFloatOrDefault($"{arch}.rope.scaling.factor", 1);
        if (!IsYarn(metadata, arch))
            return stretched;
        int context = metadata.GetInt32($"{arch}.rope.scaling.original_context_length");
        double low = Math.Max(0, Math.Floor(PairOf(32, theta, rotated, context)));
        double high = Math.Min(rotated - 1, Math.Ceiling(PairOf(1, theta, rotated, context)));
        double interpolated = Math.Clamp((pair - low) / Math.Max(high - low, 0.001), 0, 1);
        return (frequency * (1 - interpolated)) + (stretched * interpolated);
    }

    /// <summary>YaRN's table 1: the (fractional) pair that makes so many turns in the original context.</summary>
    private static double PairOf(double turns, double theta, int rotated, int context) =>
        rotated * Math.Log(context / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));

    /// <summary>YaRN's section 3.4: scores grow by the square of this.</summary>
    private static double Magnitude(GgufMetadata metadata, string arch)
    {
        double factor = metadata.GetFloatOrDefault($"{arch}.rope.scaling.attn_factor", 1);
        return IsYarn(metadata, arch) ? factor * (1 + (0.1 * Math.Log(metadata.GetFloat($"{arch}.rope.scaling.factor")))) : factor;
    }

    private static bool IsYarn(GgufMetadata metadata, string arch) =>
        metadata.GetStringOrDefault($"{arch}.rope.scaling.type", "") == "yarn";
}
