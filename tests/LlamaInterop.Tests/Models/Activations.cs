namespace LlamaInterop.Tests.Models;

/// <summary>Activations in double, from their definitions.</summary>
internal static class Activations
{
    public static double Silu(double x) => x / (1 + Math.Exp(-x));

    /// <summary>Hendrycks and Gimpel 2016, approximated by tanh.</summary>
    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))));

    /// <summary>x times the normal distribution's integral up to x.</summary>
    public static double Gelu(double x) => x * NormalIntegral(x);

    public static double SquaredRelu(double x) => x > 0 ? x * x : 0;

    /// <summary>Huang and Schlag 2025, with these raw alphas, before their softplus.</summary>
    public static Func<double, double> Xielu(double alphaP, double alphaN, double beta, double eps) => x =>
        x > 0 ? (SoftPlus(alphaP) * x * x) + (beta * x) : ((beta + SoftPlus(alphaN)) * (Math.Exp(Math.Min(x, eps)) - 1 - x)) + (beta * x);

    private static double SoftPlus(double x) => Math.Log(1 + Math.Exp(x));

    /// <summary>1/2 + φ(x) (x + x³/3 + x⁵/15 + ...), all of whose terms have x's sign.</summary>
    private static double NormalIntegral(double x)
    {
        if (Math.Abs(x) > 12)
            return x > 0 ? 1 : 0;
        double term = x, sum = x;
        for (int n = 3; Math.Abs(term) > 1e-18 * Math.Abs(sum); n += 2)
        {
            term *= x * x / n;
            sum += term;
        }
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }
}
