using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Finds numbers that are infinite or NaN in the bytes of float types: from infinity on, all bits of the exponent are set.</summary>
internal static class NonFinite
{
    private const int SingleInfinity = 0x7F80_0000;
    private const short HalfInfinity = 0x7C00;
    private const short BrainInfinity = 0x7F80;

    /// <exception cref="QuantizeException">One is in these bytes of the tensor in its new type.</exception>
    public static void Refuse(QuantizedTensor tensor, ReadOnlySpan<byte> bytes)
    {
        if (IsIn(tensor.Type, bytes))
            throw new QuantizeException($"tensor '{tensor.Name}' holds numbers that are infinite, NaN, or too large for {tensor.Type}");
    }

    /// <summary>Whether one is there; false for types of blocks.</summary>
    public static bool IsIn(GgufTensorType type, ReadOnlySpan<byte> bytes) => type switch
    {
        GgufTensorType.F32 => IsIn(MemoryMarshal.Cast<byte, int>(bytes), int.MaxValue, SingleInfinity),
        GgufTensorType.F16 => IsIn(MemoryMarshal.Cast<byte, short>(bytes), short.MaxValue, HalfInfinity),
        GgufTensorType.BF16 => IsIn(MemoryMarshal.Cast<byte, short>(bytes), short.MaxValue, BrainInfinity),
        _ => false,
    };

    /// <remarks>Every weight of a copied file passes here once or twice, too seldom for the runtime to optimize it by itself.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsIn<T>(ReadOnlySpan<T> bits, T magnitude, T infinity) where T : unmanaged, IBinaryInteger<T>
    {
        var found = Vector<T>.Zero;
        var mask = new Vector<T>(magnitude);
        var largest = new Vector<T>(infinity - T.One);
        int i = 0;
        for (; i <= bits.Length - Vector<T>.Count; i += Vector<T>.Count)
            found |= Vector.GreaterThan(new Vector<T>(bits[i..]) & mask, largest);
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & magnitude) >= infinity)
                return true;
        }
        return found != Vector<T>.Zero;
    }
}
