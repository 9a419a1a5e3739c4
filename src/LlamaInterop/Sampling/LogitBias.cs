using System.Globalization;

namespace LlamaInterop.Sampling;

/// <summary>A number added to one token's logit before anything else; negative infinity forbids the token.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="Bias">What is added, in logit units; infinities are allowed, NaN is not.</param>
public readonly record struct LogitBias(int Token, float Bias)
{
    /// <summary>Reads llama.cpp's <c>TOKEN_ID(+/-)BIAS</c>, such as <c>15043+1.5</c> or <c>29905-inf</c>.</summary>
    /// <exception cref="SamplingException">The text is not of that form.</exception>
    public static LogitBias Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int sign = text.AsSpan().IndexOfAny('+', '-');
        if (sign <= 0
            || !int.TryParse(text.AsSpan(0, sign), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int token)
            || !TryParseMagnitude(text.AsSpan(sign + 1), out float magnitude))
            throw new SamplingException($"logit-bias: '{text}' is not a token id, a sign and a number, such as 15043+1 or 29905-inf");
        return new LogitBias(token, text[sign] == '-' ? -magnitude : magnitude);
    }

    private static bool TryParseMagnitude(ReadOnlySpan<char> text, out float magnitude)
    {
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase))
        {
            magnitude = float.PositiveInfinity;
            return true;
        }
        const NumberStyles Unsigned = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return float.TryParse(text, Unsigned, CultureInfo.InvariantCulture, out magnitude) && float.IsFinite(magnitude);
    }
}
