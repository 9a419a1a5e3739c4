using System.Diagnostics.CodeAnalysis;

namespace LlamaInterop.Gguf;

/// <summary>How many elements a block of each <see cref="GgufTensorType"/> holds and how many bytes it takes.</summary>
/// <remarks>A row of a tensor is a whole number of blocks; blocks lie one after the other without padding.</remarks>
public static class GgufTensorTypes
{
    private static readonly (GgufTensorType Type, int Length, int Bytes)[] Table =
    [
        (GgufTensorType.F32, 1, 4),
        (GgufTensorType.F16, 1, 2),
        (GgufTensorType.Q4_0, 32, 18),
        (GgufTensorType.Q4_1, 32, 20),
        (GgufTensorType.Q5_0, 32, 22),
        (GgufTensorType.Q5_1, 32, 24),
        (GgufTensorType.Q8_0, 32, 34),
        (GgufTensorType.Q8_1, 32, 36),
        (GgufTensorType.Q2_K, 256, 84),
        (GgufTensorType.Q3_K, 256, 110),
        (GgufTensorType.Q4_K, 256, 144),
        (GgufTensorType.Q5_K, 256, 176),
        (GgufTensorType.Q6_K, 256, 210),
        (GgufTensorType.Q8_K, 256, 292),
        (GgufTensorType.IQ2_XXS, 256, 66),
        (GgufTensorType.IQ2_XS, 256, 74),
        (GgufTensorType.IQ3_XXS, 256, 98),
        (GgufTensorType.IQ1_S, 256, 50),
        (GgufTensorType.IQ4_NL, 32, 18),
        (GgufTensorType.IQ3_S, 256, 110),
        (GgufTensorType.IQ2_S, 256, 82),
        (GgufTensorType.IQ4_XS, 256, 136),
        (GgufTensorType.I8, 1, 1),
        (GgufTensorType.I16, 1, 2),
        (GgufTensorType.I32, 1, 4),
        (GgufTensorType.I64, 1, 8),
        (GgufTensorType.F64, 1, 8),
        (GgufTensorType.IQ1_M, 256, 56),
        (GgufTensorType.BF16, 1, 2),
        (GgufTensorType.TQ1_0, 256, 54),
        (GgufTensorType.TQ2_0, 256, 66),
        (GgufTensorType.MXFP4, 32, 17),
        (GgufTensorType.NVFP4, 64, 36),
        (GgufTensorType.Q1_0, 128, 18),
        (GgufTensorType.Q2_0, 64, 18),
    ];

    private static readonly (int Length, int Bytes)[] ByNumber = IndexByNumber();

    /// <summary>Every type there is, in the order of its number.</summary>
    public static IEnumerable<GgufTensorType> All => Table.Select(row => row.Type);

    /// <summary>True when <paramref name="number"/>, as stored in a file, names a known type.</summary>
    public static bool TryGet(uint number, out GgufTensorType type)
    {
        type = (GgufTensorType)number;
        return number < (uint)ByNumber.Length && ByNumber[number].Length != 0;
    }

    /// <summary>True when <paramref name="name"/> is a type's name as ggml spells it, in any case: <c>q4_K</c>, <c>F16</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out GgufTensorType type)
    {
        int row = Array.FindIndex(Table, row => row.Type.ToString().Equals(name, StringComparison.OrdinalIgnoreCase));
        type = row < 0 ? default : Table[row].Type;
        return row >= 0;
    }

    /// <summary>Elements in one block; 1 for types without blocks.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="type"/> is not a known type.</exception>
    public static int BlockLength(GgufTensorType type) => Row(type).Length;

    /// <summary>Bytes that one block takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="type"/> is not a known type.</exception>
    public static int BlockBytes(GgufTensorType type) => Row(type).Bytes;

    /// <summary>Bytes that <paramref name="elements"/> elements take.</summary>
    /// <exception cref="ArgumentException">They are not a whole number of blocks, or are negative.</exception>
    /// <exception cref="OverflowException">The bytes exceed 2^63 - 1.</exception>
    public static long ByteLength(GgufTensorType type, long elements)
    {
        var (length, bytes) = Row(type);
        if (elements < 0 || elements % length != 0)
            throw new ArgumentException($"{elements} elements are not a whole number of {type} blocks of {length}.", nameof(elements));
        return checked(elements / length * bytes);
    }

    /// <summary>False when a tensor of these dimensions, each at least 1, has more elements or bytes than 2^63 - 1.</summary>
    internal static bool IsAddressable(GgufTensorType type, ReadOnlySpan<long> dimensions)
    {
        var (length, bytes) = Row(type);
        long elements = 1;
        foreach (long dimension in dimensions)
        {
            if (elements > long.MaxValue / dimension)
                return false;
            elements *= dimension;
        }
        return elements / length <= long.MaxValue / bytes;
    }

    private static (int Length, int Bytes) Row(GgufTensorType type) => TryGet((uint)type, out _)
        ? ByNumber[(int)type]
        : throw new ArgumentOutOfRangeException(nameof(type), type, "not a GGUF tensor type");

    private static (int Length, int Bytes)[] IndexByNumber()
    {
        int last = 0;
        foreach (var (type, _, _) in Table)
            last = Math.Max(last, (int)type);
        var rows = new (int, int)[last + 1];
        foreach (var (type, length, bytes) in Table)
            rows[(int)type] = (length, bytes);
        return rows;
    }
}
