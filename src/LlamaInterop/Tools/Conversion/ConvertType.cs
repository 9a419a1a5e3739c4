namespace LlamaInterop.Tools;

/// <summary>What a converted model's matrices become; vectors and norms stay F32.</summary>
public enum ConvertType
{
    /// <summary>The checkpoint's own 16-bit type: BF16 or F16, as its first matrix of either; F16 where it has none.</summary>
    Auto,

    /// <summary>32-bit floats.</summary>
    F32,

    /// <summary>IEEE 754 halves.</summary>
    F16,

    /// <summary>The upper halves of 32-bit floats.</summary>
    BF16,

    /// <summary>8 bits and a scale for 32; F16 for rows that are no whole number of blocks.</summary>
    Q8_0,
}
