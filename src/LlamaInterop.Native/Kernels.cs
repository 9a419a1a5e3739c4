namespace LlamaInterop.Native;

/// <summary>The library's functions that need no backend.</summary>
internal static unsafe class Kernels
{
    /// <summary>Cores that are not hyper-threads of each other, among those that this process may run on; at least 1.</summary>
    public static int CoreCount => Lk.CpuCoreCount();

    /// <summary>Expands whole blocks of a weight type, on the CPU.</summary>
    /// <param name="type">The type of <paramref name="source"/>.</param>
    /// <param name="source">The blocks of exactly as many elements as <paramref name="destination"/> takes.</param>
    /// <param name="destination">A whole number of blocks.</param>
    /// <exception cref="ArgumentException">The spans' lengths do not belong together.</exception>
    public static void Dequantize(LkType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        var block = BlockSize.Of(type);
        if (destination.Length % block.Length != 0 || source.Length != (long)destination.Length / block.Length * block.Bytes)
            throw new ArgumentException($"{source.Length} bytes of {type} do not hold exactly {destination.Length} elements", nameof(source));
        fixed (byte* sourcePointer = source)
        fixed (float* destinationPointer = destination)
            Status.ThrowIfFailed(Lk.Dequantize((int)type, (nint)sourcePointer, destinationPointer, destination.Length));
    }
}
