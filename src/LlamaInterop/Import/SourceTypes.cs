using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace LlamaInterop.Import;

/// <summary>How many bytes an element of each <see cref="SourceType"/> takes, and what number the bytes are.</summary>
internal static class SourceTypes
{
    private static readonly float[] F8E4M3Values = [.. Enumerable.Range(0, 256).Select(DecodeF8E4M3)];

    private static readonly float[] F8E5M2Values = [.. Enumerable.Range(0, 256).Select(i => (float)BitConverter.UInt16BitsToHalf((ushort)(i << 8)))];

    /// <summary>Bytes of one element.</summary>
    public static int Size(SourceType type) => type switch
    {
        SourceType.F64 or SourceType.I64 => 8,
        SourceType.F32 or SourceType.I32 or SourceType.U32 => 4,
        SourceType.F16 or SourceType.BF16 or SourceType.I16 => 2,
        SourceType.F8E4M3 or SourceType.F8E5M2 or SourceType.I8 or SourceType.U8 or SourceType.Bool => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Decodes little-endian elements; integers beyond 2^24 and f64 are rounded.</summary>
    /// <param name="type">What the bytes are.</param>
    /// <param name="source">As many elements as the destination has.</param>
    /// <param name="destination">What they are as f32.</param>
    public static void ToSingle(SourceType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        if (source.Length != (long)destination.Length * Size(type))
            throw new ArgumentException($"{source.Length} bytes are not {destination.Length} elements of {type}", nameof(source));
        if (type == SourceType.F32 && BitConverter.IsLittleEndian)
            source.CopyTo(MemoryMarshal.AsBytes(destination));
        else if (type == SourceType.BF16 && BitConverter.IsLittleEndian)
            WidenBF16(MemoryMarshal.Cast<byte, ushort>(source), destination);
        else if (type == SourceType.F16 && BitConverter.IsLittleEndian)
            WidenF16(MemoryMarshal.Cast<byte, Half>(source), destination);
        else
        {
            for (int i = 0, size = Size(type); i < destination.Length; i++)
                destination[i] = ToSingle(type, source[(i * size)..]);
        }
    }

    private static void WidenBF16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = BitConverter.Int32BitsToSingle(source[i] << 16);
    }

    private static void WidenF16(ReadOnlySpan<Half> source, Span<float> destination)
    {
        for (int i = 0; i < source.Length; i++)
            destination[i] = (float)source[i];
    }

    private static float ToSingle(SourceType type, ReadOnlySpan<byte> source) => type switch
    {
        SourceType.F64 => (float)BinaryPrimitives.ReadDoubleLittleEndian(source),
        SourceType.F32 => BinaryPrimitives.ReadSingleLittleEndian(source),
        SourceType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source),
        SourceType.BF16 => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(source) << 16),
        SourceType.F8E4M3 => F8E4M3Values[source[0]],
        SourceType.F8E5M2 => F8E5M2Values[source[0]],
        SourceType.I64 => BinaryPrimitives.ReadInt64LittleEndian(source),
        SourceType.I32 => BinaryPrimitives.ReadInt32LittleEndian(source),
        SourceType.U32 => BinaryPrimitives.ReadUInt32LittleEndian(source),
        SourceType.I16 => BinaryPrimitives.ReadInt16LittleEndian(source),
        SourceType.I8 => (sbyte)source[0],
        SourceType.U8 => source[0],
        SourceType.Bool => source[0] == 0 ? 0 : 1,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>Sign, four bits of exponent with bias 7, three of mantissa; no infinities, and the largest code is NaN (Micikevicius et al. 2022).</summary>
    private static float DecodeF8E4M3(int code)
    {
        int exponent = (code >> 3) & 15, mantissa = code & 7;
        float magnitude = exponent == 15 && mantissa == 7 ? float.NaN
            : exponent == 0 ? MathF.ScaleB(mantissa, -9)
            : MathF.ScaleB(8 + mantissa, exponent - 10);
        return code < 128 ? magnitude : -magnitude;
    }
}
