using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LlamaInterop.Tools;

/// <summary>Two models' probabilities at one place of a text.</summary>
/// <param name="Loss">The negative log-probability that the model gives the text's token.</param>
/// <param name="BaseLoss">That of the base model.</param>
/// <param name="Divergence">The sum over tokens of p_base ln(p_base / p).</param>
/// <param name="SameTop">Whether both hold the same token for the likeliest.</param>
internal readonly record struct RowDivergence(double Loss, double BaseLoss, double Divergence, bool SameTop)
{
    /// <summary>Below this a base log-probability counts as none; a file of logits holds nothing lower.</summary>
    private const float Least = -16;

    /// <summary>The change of the probability of the text's token.</summary>
    public double ProbabilityChange => Math.Exp(-Loss) - Math.Exp(-BaseLoss);

    public bool IsFinite => double.IsFinite(Loss) && double.IsFinite(BaseLoss) && double.IsFinite(Divergence);

    /// <param name="logits">The model's logits.</param>
    /// <param name="baseLogs">The base model's log-probabilities, as many.</param>
    /// <param name="target">The text's token.</param>
    public static RowDivergence Of(ReadOnlySpan<float> logits, ReadOnlySpan<float> baseLogs, int target)
    {
        SoftMaxSum sum = SoftMaxSum.Of(logits);
        return new(-sum.LogProbability(logits[target]), -baseLogs[target], Sum(logits, baseLogs, (float)(sum.Max + sum.LogSum)), sum.Argmax == SoftMaxSum.ArgmaxOf(baseLogs));
    }

    private static double Sum(ReadOnlySpan<float> logits, ReadOnlySpan<float> baseLogs, float logSum)
    {
        ReadOnlySpan<Vector256<float>> own = MemoryMarshal.Cast<float, Vector256<float>>(logits), others = MemoryMarshal.Cast<float, Vector256<float>>(baseLogs);
        Vector256<double> lower = default, upper = default;
        for (int i = 0; i < own.Length; i++)
        {
            Vector256<float> term = Vector256.Exp(others[i]) * (others[i] - own[i] + Vector256.Create(logSum));
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.ConditionalSelect(Vector256.GreaterThan(others[i], Vector256.Create(Least)), term, default));
            lower += low;
            upper += high;
        }
        double sum = Vector256.Sum(lower + upper);
        for (int i = own.Length * Vector256<float>.Count; i < logits.Length; i++)
            sum += baseLogs[i] > Least ? MathF.Exp(baseLogs[i]) * (baseLogs[i] - logits[i] + logSum) : 0;
        return sum;
    }
}
