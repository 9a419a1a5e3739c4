using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Finds numbers that are infinite or NaN in the bytes of float types.</summary>
internal static class NonFinite
{
    private const uint SingleInfinity = 0x7F80_0000;
    private const ushort HalfInfinity = 0x7C00;
    private const ushort BrainInfinity = 0x7F80;

    /// <summary>Whether one is there; false for types of blocks.</summary>
    public static bool IsIn(GgufTensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufTensorType.F32 => IsIn(MemoryMarshal.Cast<byte, uint>(bytes)),
        GgufTensorType.F16 => IsIn(MemoryMarshal.Cast<byte, ushort>(bytes), HalfInfinity),
        GgufTensorType.BF16 => IsIn(MemoryMarshal.Cast<byte, ushort>(bytes), BrainInfinity),
        _ => false,
    };

    /// <summary>From infinity on, all bits of the exponent are set: two ranges, one with the sign.</summary>
    private static bool IsIn(ReadOnlySpan<uint> bits) =>
        bits.ContainsAnyInRange(SingleInfinity, (uint)int.MaxValue) || bits.ContainsAnyInRange(SingleInfinity | 1u << 31, uint.MaxValue);

    private static bool IsIn(ReadOnlySpan<ushort> bits, ushort infinity) =>
        bits.ContainsAnyInRange(infinity, (ushort)short.MaxValue) || bits.ContainsAnyInRange((ushort)(infinity | 1 << 15), ushort.MaxValue);
}
