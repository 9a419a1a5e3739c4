using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// What a model can be quantized to: an element type, or a mixture that gives some tensors more bits than others. Which tensor gets
/// which type is llama.cpp's rule for the name.
/// </summary>
public sealed record QuantizeType
{
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Q3_K"] = "Q3_K_M",
        ["Q4_K"] = "Q4_K_M",
        ["Q5_K"] = "Q5_K_M",
    };

    private QuantizeType(QuantizeMix mix, GgufTensorType tensorType, string? name = null)
    {
        Mix = mix;
        Name = name ?? mix.ToString();
        TensorType = tensorType;
    }

    /// <summary>Every type, as <c>llama-quantize</c> names them, and <c>MXFP4</c>.</summary>
    public static IReadOnlyList<QuantizeType> All { get; } =
    [
        new(QuantizeMix.F32, GgufTensorType.F32),
        new(QuantizeMix.F16, GgufTensorType.F16),
        new(QuantizeMix.BF16, GgufTensorType.BF16),
        new(QuantizeMix.Q8_0, GgufTensorType.Q8_0),
        new(QuantizeMix.Q4_0, GgufTensorType.Q4_0),
        new(QuantizeMix.Q4_1, GgufTensorType.Q4_1),
        new(QuantizeMix.Q5_0, GgufTensorType.Q5_0),
        new(QuantizeMix.Q5_1, GgufTensorType.Q5_1),
        new(QuantizeMix.Q2_K, GgufTensorType.Q2_K),
        new(QuantizeMix.Q2_K_S, GgufTensorType.Q2_K),
        new(QuantizeMix.Q3_K_S, GgufTensorType.Q3_K),
        new(QuantizeMix.Q3_K_M, GgufTensorType.Q3_K),
        new(QuantizeMix.Q3_K_L, GgufTensorType.Q3_K),
        new(QuantizeMix.Q4_K_S, GgufTensorType.Q4_K),
        new(QuantizeMix.Q4_K_M, GgufTensorType.Q4_K),
        new(QuantizeMix.Q5_K_S, GgufTensorType.Q5_K),
        new(QuantizeMix.Q5_K_M, GgufTensorType.Q5_K),
        new(QuantizeMix.Q6_K, GgufTensorType.Q6_K),
        new(QuantizeMix.IQ4_NL, GgufTensorType.IQ4_NL),
        new(QuantizeMix.IQ4_XS, GgufTensorType.IQ4_XS),
        new(QuantizeMix.IQ3_XXS, GgufTensorType.IQ3_XXS),
        new(QuantizeMix.IQ3_XS, GgufTensorType.IQ3_S),
        new(QuantizeMix.IQ3_S, GgufTensorType.IQ3_S),
        new(QuantizeMix.IQ3_M, GgufTensorType.IQ3_S),
        new(QuantizeMix.IQ2_XXS, GgufTensorType.IQ2_XXS),
        new(QuantizeMix.IQ2_XS, GgufTensorType.IQ2_XS),
        new(QuantizeMix.IQ2_S, GgufTensorType.IQ2_XS),
        new(QuantizeMix.IQ2_M, GgufTensorType.IQ2_S),
        new(QuantizeMix.IQ1_S, GgufTensorType.IQ1_S),
        new(QuantizeMix.IQ1_M, GgufTensorType.IQ1_M),
        new(QuantizeMix.TQ1_0, GgufTensorType.TQ1_0),
        new(QuantizeMix.TQ2_0, GgufTensorType.TQ2_0),
        new(QuantizeMix.MXFP4, GgufTensorType.MXFP4, "MXFP4_MOE"),
        new(QuantizeMix.MXFP4, GgufTensorType.MXFP4),
        new(QuantizeMix.Q1_0, GgufTensorType.Q1_0),
        new(QuantizeMix.Q2_0, GgufTensorType.Q2_0),
    ];

    /// <summary>Copies every tensor as it is, and keeps the input's file type.</summary>
    public static QuantizeType Copy { get; } = new((QuantizeMix)(-1), GgufTensorType.F32, "COPY");

    /// <summary>The name, in capitals: <c>Q4_K_M</c>.</summary>
    public string Name { get; }

    /// <summary>The number that <c>general.file_type</c> stores; -1 for <see cref="Copy"/>, which keeps the input's.</summary>
    public int FileType => (int)Mix;

    /// <summary>The element type of most matrices.</summary>
    public GgufTensorType TensorType { get; }

    /// <summary>Bits that <see cref="TensorType"/> takes for a weight; a mixture's file takes somewhat more.</summary>
    public double Bits => 8.0 * GgufTensorTypes.BlockBytes(TensorType) / GgufTensorTypes.BlockLength(TensorType);

    internal QuantizeMix Mix { get; }

    /// <summary>Reads a name in any case, one of the aliases <c>Q3_K</c>, <c>Q4_K</c> and <c>Q5_K</c>, or a file type's number.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out QuantizeType? type)
    {
        string? name = text is not null && Aliases.TryGetValue(text, out string? meant) ? meant : text;
        type = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? All.FirstOrDefault(known => known.FileType == number)
            : All.Append(Copy).FirstOrDefault(known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return type is not null;
    }

    /// <summary>Reads what <see cref="TryParse"/> reads.</summary>
    /// <exception cref="FormatException">There is no such type; the message lists those that there are.</exception>
    public static QuantizeType Parse(string text) => TryParse(text, out QuantizeType? type)
        ? type
        : throw new FormatException($"there is no type '{text}', only {string.Join(", ", All.Append(Copy).Select(known => known.Name))}");

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
