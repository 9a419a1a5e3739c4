using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace LlamaInterop.Tools;

/// <summary>What turns a row of logits into probabilities: p[i] = e^(logit[i] - Max) / Sum.</summary>
/// <param name="Max">The highest logit.</param>
/// <param name="Argmax">The lowest index that has it.</param>
/// <param name="LogSum">The natural logarithm of the sum over i of e^(logit[i] - Max).</param>
internal readonly record struct SoftMaxSum(float Max, int Argmax, double LogSum)
{
    /// <summary>Of a row; NaN in it makes the sum NaN. Powers are f32, their sum is a double taken in one fixed order.</summary>
    public static SoftMaxSum Of(ReadOnlySpan<float> logits)
    {
        float max = MaxOf(logits);
        return new(max, Math.Max(0, logits.IndexOf(max)), Math.Log(SumOfPowers(logits, max)));
    }

    /// <summary>The lowest index of a row's highest value.</summary>
    public static int ArgmaxOf(ReadOnlySpan<float> values) => Math.Max(0, values.IndexOf(MaxOf(values)));

    /// <summary>The natural logarithm of the probability of a logit.</summary>
    public double LogProbability(float logit) => logit - Max - LogSum;

    private static float MaxOf(ReadOnlySpan<float> logits)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        Vector256<float> highest = Vector256.Create(float.NegativeInfinity);
        foreach (Vector256<float> vector in vectors)
            highest = Vector256.Max(highest, vector);
        float max = float.NegativeInfinity;
        for (int i = 0; i < Vector256<float>.Count; i++)
            max = MathF.Max(max, highest[i]);
        foreach (float logit in logits[(vectors.Length * Vector256<float>.Count)..])
            max = MathF.Max(max, logit);
        return max;
    }

    private static double SumOfPowers(ReadOnlySpan<float> logits, float max)
    {
        ReadOnlySpan<Vector256<float>> vectors = MemoryMarshal.Cast<float, Vector256<float>>(logits);
        Vector256<double> lower = default, upper = default;
        foreach (Vector256<float> vector in vectors)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Exp(vector - Vector256.Create(max)));
            lower += low;
            upper += high;
        }
        double sum = Vector256.Sum(lower + upper);
        foreach (float logit in logits[(vectors.Length * Vector256<float>.Count)..])
            sum += MathF.Exp(logit - max);
        return sum;
    }
}
