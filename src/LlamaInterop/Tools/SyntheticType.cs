using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>A float inside a block that scales its weights: an f16 at a byte offset, in proportion to the block's first scale.</summary>
internal readonly record struct BlockScale(int Offset, float Ratio = 1);

/// <summary>An element type that random weights can be made of.</summary>
/// <param name="Type">GGUF's type.</param>
/// <param name="Scales">Its blocks' f16 scales; none for plain floats, for MXFP4, whose scale is an exponent, and for IQ1_M, whose scale lies in four nibbles.</param>
internal sealed record SyntheticType(GgufTensorType Type, params BlockScale[] Scales)
{
    /// <summary>
    /// Every type that the engine multiplies. The ratios of a minimum to its scale put the mean of a block's weights near zero:
    /// quants are uniform, so it is the middle of their range.
    /// </summary>
    public static IReadOnlyList<SyntheticType> All { get; } =
    [
        new(GgufTensorType.F32),
        new(GgufTensorType.F16),
        new(GgufTensorType.BF16),
        new(GgufTensorType.Q4_0, new BlockScale(0)),
        new(GgufTensorType.Q4_1, new BlockScale(0), new BlockScale(2, -7.5f)),
        new(GgufTensorType.Q5_0, new BlockScale(0)),
        new(GgufTensorType.Q5_1, new BlockScale(0), new BlockScale(2, -15.5f)),
        new(GgufTensorType.Q8_0, new BlockScale(0)),
        new(GgufTensorType.Q2_K, new BlockScale(80), new BlockScale(82, 1.5f)),
        new(GgufTensorType.Q3_K, new BlockScale(108)),
        new(GgufTensorType.Q4_K, new BlockScale(0), new BlockScale(2, 7.5f)),
        new(GgufTensorType.Q5_K, new BlockScale(0), new BlockScale(2, 15.5f)),
        new(GgufTensorType.Q6_K, new BlockScale(208)),
        new(GgufTensorType.IQ1_S, new BlockScale(0)),
        new(GgufTensorType.IQ1_M),
        new(GgufTensorType.IQ2_XXS, new BlockScale(0)),
        new(GgufTensorType.IQ2_XS, new BlockScale(0)),
        new(GgufTensorType.IQ2_S, new BlockScale(0)),
        new(GgufTensorType.IQ3_XXS, new BlockScale(0)),
        new(GgufTensorType.IQ3_S, new BlockScale(0)),
        new(GgufTensorType.IQ4_NL, new BlockScale(0)),
        new(GgufTensorType.IQ4_XS, new BlockScale(0)),
        new(GgufTensorType.TQ1_0, new BlockScale(52)),
        new(GgufTensorType.TQ2_0, new BlockScale(64)),
        new(GgufTensorType.MXFP4),
    ];

    /// <summary>What the command line calls it: "q4_0".</summary>
    public string Name => Type.ToString().ToLowerInvariant();
}
