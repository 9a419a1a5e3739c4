namespace LlamaInterop;

/// <summary>How exactly products read their activations where a kernel does not take floats: quantized weights, and BF16's dot products.</summary>
public enum ActivationPrecision
{
    /// <summary>
    /// <see cref="Refined"/>; <see cref="Plain"/> where a text is measured as llama.cpp measures it (perplexity, divergence, tasks), so that
    /// figures can be compared.
    /// </summary>
    Auto,

    /// <summary>8 bits with a scale for 32 elements (BF16: rounded to BF16), as coarse as llama.cpp's: the fastest.</summary>
    Plain,

    /// <summary>
    /// 15 bits (BF16: floats) where rounding costs most: in k, v, the output head, and in the down projection (BF16: attention's output).
    /// A prompt takes a quarter longer (BF16: a tenth).
    /// </summary>
    Refined,
}

internal static class ActivationPrecisions
{
    public static ActivationPrecision Or(this ActivationPrecision asked, ActivationPrecision otherwise) => asked == ActivationPrecision.Auto ? otherwise : asked;
}
