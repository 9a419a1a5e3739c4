using System.Buffers.Binary;

namespace LlamaInterop.Import.Ggml;

/// <summary>
/// How a type of ggml stored elements at the time of a file: in blocks of 32, each a scale, perhaps a minimum, and packed numbers.
/// Until GGJT v2 neighbours shared a byte; from then on elements 16 apart do. Until GGJT v3 scales were f32; from then on f16.
/// </summary>
/// <param name="Bits">Of each number.</param>
/// <param name="HasMinimum">w = d q + m; else w = d (q - 2^(bits - 1)), of 8 bits d q.</param>
/// <param name="HasWideScales">Scales are f32.</param>
/// <param name="HasNeighbours">Neighbours share a byte.</param>
internal readonly record struct GgmlBlocks(int Bits, bool HasMinimum, bool HasWideScales, bool HasNeighbours)
{
    public const int Length = 32;

    private int ScaleBytes => (HasWideScales ? 4 : 2) * (HasMinimum ? 2 : 1);

    /// <summary>Bytes of a block.</summary>
    public int Bytes => ScaleBytes + (Length * Bits / 8);

    /// <summary>How a file stores a type.</summary>
    /// <param name="header">The file.</param>
    /// <param name="type">ggml's number of the type.</param>
    /// <returns>Null where the type is none of blocks that are read here.</returns>
    public static GgmlBlocks? Of(GgmlHeader header, uint type)
    {
        int version = header.Format == GgmlFormat.GGJT ? header.Version : 1;
        return type switch
        {
            2 => new(4, false, version < 3, version < 2),
            3 => new(4, true, version < 3, version < 2),
            6 when version >= 2 => new(5, false, false, false),
            7 when version >= 2 => new(5, true, false, false),
            8 => new(8, false, version < 3, false),
            _ => null,
        };
    }

    /// <summary>Decodes one block.</summary>
    public void Decode(ReadOnlySpan<byte> block, Span<float> destination)
    {
        float scale = Scale(block), minimum = HasMinimum ? Scale(block[(ScaleBytes / 2)..]) : 0;
        ReadOnlySpan<byte> numbers = block[ScaleBytes..];
        for (int i = 0; i < Length; i++)
        {
            int number = Bits == 8 ? (sbyte)numbers[i] : Number(numbers, i);
            destination[i] = HasMinimum ? (scale * number) + minimum : scale * (Bits == 8 ? number : number - (1 << (Bits - 1)));
        }
    }

    private float Scale(ReadOnlySpan<byte> bytes) =>
        HasWideScales ? BinaryPrimitives.ReadSingleLittleEndian(bytes) : (float)BinaryPrimitives.ReadHalfLittleEndian(bytes);

    /// <summary>Of 5 bits the highest stand together before the others.</summary>
    private int Number(ReadOnlySpan<byte> numbers, int i)
    {
        int high = Bits == 5 ? (numbers[i / 8] >> (i % 8) & 1) << 4 : 0;
        if (Bits == 5)
            numbers = numbers[4..];
        (int place, bool isUpper) = HasNeighbours ? (i / 2, i % 2 == 1) : (i % (Length / 2), i >= Length / 2);
        return (isUpper ? numbers[place] >> 4 : numbers[place] & 15) | high;
    }
}
