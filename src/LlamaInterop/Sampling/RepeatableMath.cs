namespace LlamaInterop.Sampling;

/// <summary>Exponential and logarithm that give the same bits on every platform.</summary>
/// <remarks>
/// <see cref="Math.Exp"/> and <see cref="Math.Log(double)"/> call the platform's C library, whose last bits differ. These use
/// only IEEE additions, multiplications and divisions in a fixed order, which .NET never contracts or widens.
/// Their error is a few units in the last place of a double, far below the float logits that go in.
/// </remarks>
internal static class RepeatableMath
{
    // ln 2 in two parts: multiples of the first by integers below 2^20 are exact.
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896340736;

    public const double Ln2 = 0.693147180559945309417;

    /// <summary>e to the power of <paramref name="x"/>; 0 below the smallest normal double.</summary>
    public static double Exp(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x < -708)
            return 0;
        if (x > 709)
            return double.PositiveInfinity;
        double power = Math.Floor((x * Log2E) + 0.5);
        double r = x - (power * Ln2High) - (power * Ln2Low);
        return ExpSeries(r) * BitConverter.Int64BitsToDouble(((long)power + 1023) << 52);
    }

    /// <summary>The natural logarithm; negative infinity for 0, NaN for negative numbers.</summary>
    public static double Log(double x)
    {
        if (!(x > 0) || double.IsPositiveInfinity(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        int exponent = 0;
        if (x < 2.2250738585072014e-308)
        {
            x *= 1UL << 54;
            exponent = -54;
        }
        long bits = BitConverter.DoubleToInt64Bits(x);
        exponent += (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }
        return (exponent * Ln2High) + ((exponent * Ln2Low) + LogSeries((mantissa - 1) / (mantissa + 1)));
    }

    /// <summary><paramref name="x"/> &gt;= 0 to the power of <paramref name="y"/>.</summary>
    public static double Pow(double x, double y) => y == 0 ? 1 : x == 0 ? (y > 0 ? 0 : double.PositiveInfinity) : Exp(y * Log(x));

    /// <summary>Taylor's series of e^r for |r| &lt;= ln(2)/2; the first term left out is below 2^-56.</summary>
    private static double ExpSeries(double r)
    {
        double sum = 1.0 / 6227020800;
        sum = (sum * r) + (1.0 / 479001600);
        sum = (sum * r) + (1.0 / 39916800);
        sum = (sum * r) + (1.0 / 3628800);
        sum = (sum * r) + (1.0 / 362880);
        sum = (sum * r) + (1.0 / 40320);
        sum = (sum * r) + (1.0 / 5040);
        sum = (sum * r) + (1.0 / 720);
        sum = (sum * r) + (1.0 / 120);
        sum = (sum * r) + (1.0 / 24);
        sum = (sum * r) + (1.0 / 6);
        sum = (sum * r) + 0.5;
        sum = (sum * r) + 1;
        return (sum * r) + 1;
    }

    /// <summary>ln((1+s)/(1-s)) = 2(s + s^3/3 + s^5/5 + ...) for |s| &lt;= 0.1716.</summary>
    private static double LogSeries(double s)
    {
        double square = s * s;
        double sum = 0;
        for (int odd = 23; odd >= 3; odd -= 2)
            sum = (sum + (1.0 / odd)) * square;
        return 2 * (s + (s * sum));
    }
}
