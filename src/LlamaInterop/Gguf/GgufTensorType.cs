namespace LlamaInterop.Gguf;

/// <summary>The element type of a tensor, with the numbers that GGUF files store (ggml's <c>ggml_type</c>).</summary>
/// <remarks>The gaps are types that ggml has withdrawn: 4, 5, 31 to 33 and 36 to 38.</remarks>
public enum GgufTensorType
{
    /// <summary>IEEE 754 single.</summary>
    F32 = 0,

    /// <summary>IEEE 754 half.</summary>
    F16 = 1,

    /// <summary>4 bits and a scale for 32.</summary>
    Q4_0 = 2,

    /// <summary>4 bits, a scale and a minimum for 32.</summary>
    Q4_1 = 3,

    /// <summary>5 bits and a scale for 32.</summary>
    Q5_0 = 6,

    /// <summary>5 bits, a scale and a minimum for 32.</summary>
    Q5_1 = 7,

    /// <summary>8 bits and a scale for 32.</summary>
    Q8_0 = 8,

    /// <summary>8 bits, a scale and a sum for 32: activations only.</summary>
    Q8_1 = 9,

    /// <summary>2 bits, 256 in 16 groups with scales and minima.</summary>
    Q2_K = 10,

    /// <summary>3 bits, 256 in 16 groups with scales.</summary>
    Q3_K = 11,

    /// <summary>4 bits, 256 in 8 groups with scales and minima.</summary>
    Q4_K = 12,

    /// <summary>5 bits, 256 in 8 groups with scales and minima.</summary>
    Q5_K = 13,

    /// <summary>6 bits, 256 in 16 groups with scales.</summary>
    Q6_K = 14,

    /// <summary>8 bits, a float32 scale and 16 sums for 256: activations only.</summary>
    Q8_K = 15,

    /// <summary>Codebook, 2.06 bits a weight.</summary>
    IQ2_XXS = 16,

    /// <summary>Codebook, 2.31 bits a weight.</summary>
    IQ2_XS = 17,

    /// <summary>Codebook, 3.06 bits a weight.</summary>
    IQ3_XXS = 18,

    /// <summary>Codebook, 1.56 bits a weight.</summary>
    IQ1_S = 19,

    /// <summary>4 bits into a table of 16 values, a scale for 32.</summary>
    IQ4_NL = 20,

    /// <summary>Codebook, 3.44 bits a weight.</summary>
    IQ3_S = 21,

    /// <summary>Codebook, 2.56 bits a weight.</summary>
    IQ2_S = 22,

    /// <summary>4 bits into a table of 16 values, 256 in 8 groups.</summary>
    IQ4_XS = 23,

    /// <summary>Signed 8-bit integer.</summary>
    I8 = 24,

    /// <summary>Signed 16-bit integer.</summary>
    I16 = 25,

    /// <summary>Signed 32-bit integer.</summary>
    I32 = 26,

    /// <summary>Signed 64-bit integer.</summary>
    I64 = 27,

    /// <summary>IEEE 754 double.</summary>
    F64 = 28,

    /// <summary>Codebook, 1.75 bits a weight.</summary>
    IQ1_M = 29,

    /// <summary>The upper half of a single.</summary>
    BF16 = 30,

    /// <summary>Ternary, five to a byte.</summary>
    TQ1_0 = 34,

    /// <summary>Ternary, four to a byte.</summary>
    TQ2_0 = 35,

    /// <summary>4-bit floats (E2M1) with a shared power-of-two scale for 32.</summary>
    MXFP4 = 39,

    /// <summary>4-bit floats (E2M1) with an 8-bit float scale for each 16 of 64.</summary>
    NVFP4 = 40,

    /// <summary>1 bit and a scale for 128.</summary>
    Q1_0 = 41,

    /// <summary>2 bits and a scale for 64.</summary>
    Q2_0 = 42,
}
