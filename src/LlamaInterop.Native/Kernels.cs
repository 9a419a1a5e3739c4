namespace LlamaInterop.Native;

/// <summary>The library's functions that need no backend.</summary>
internal static unsafe class Kernels
{
    /// <summary>
    /// The threads that a CPU backend has by default: one a core of the fast kind, within the process's affinity and its container's limit of
    /// processor time; at least 1.
    /// </summary>
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

    /// <summary>Quantizes rows into a weight type, on the CPU, in the calling thread.</summary>
    /// <param name="type">The type of <paramref name="destination"/>.</param>
    /// <param name="source">Whole rows of <paramref name="width"/> elements.</param>
    /// <param name="importance"><paramref name="width"/> factors by which squared errors count, none negative; empty: all alike.</param>
    /// <param name="destination">The blocks of exactly as many elements as <paramref name="source"/> has.</param>
    /// <param name="width">Elements of a row, a whole number of blocks.</param>
    /// <exception cref="ArgumentException">The spans' lengths do not belong together.</exception>
    /// <exception cref="NativeException">The type cannot be written, it needs an importance, or an element is not finite.</exception>
    public static void Quantize(LkType type, ReadOnlySpan<float> source, ReadOnlySpan<float> importance, Span<byte> destination, int width)
    {
        var block = BlockSize.Of(type);
        if (width <= 0 || source.Length % width != 0 || width % block.Length != 0 || destination.Length != (long)source.Length / block.Length * block.Bytes)
            throw new ArgumentException($"{source.Length} elements in rows of {width} do not make {destination.Length} bytes of {type}", nameof(source));
        if (importance.Length != 0 && importance.Length != width)
            throw new ArgumentException($"{importance.Length} factors are not those of rows of {width}", nameof(importance));
        fixed (float* sourcePointer = source, importancePointer = importance)
        fixed (byte* destinationPointer = destination)
            Status.ThrowIfFailed(Lk.Quantize((int)type, sourcePointer, importancePointer, (nint)destinationPointer, source.Length / width, width));
    }

    /// <summary>Copies rows of a weight type from the file's order to another layout, on the CPU, in the calling thread.</summary>
    /// <param name="type">The type of both.</param>
    /// <param name="layout">The layout of <paramref name="destination"/>.</param>
    /// <param name="source">Whole rows of <paramref name="width"/> elements: of a matrix all, or a part that begins at a multiple of 16 rows and ends at one or with the matrix.</param>
    /// <param name="destination">As many bytes.</param>
    /// <param name="width">Elements of a row, a whole number of blocks.</param>
    /// <exception cref="ArgumentException">The spans' lengths do not belong together.</exception>
    public static void Repack(LkType type, LkLayout layout, ReadOnlySpan<byte> source, Span<byte> destination, long width)
    {
        var block = BlockSize.Of(type);
        long rowBytes = width / block.Length * block.Bytes;
        if (width <= 0 || width % block.Length != 0 || source.Length % rowBytes != 0 || destination.Length != source.Length)
            throw new ArgumentException($"{source.Length} bytes are no rows of {width} elements of {type} that fill {destination.Length} bytes", nameof(source));
        fixed (byte* sourcePointer = source, destinationPointer = destination)
            Status.ThrowIfFailed(Lk.Repack((int)type, (int)layout, (nint)sourcePointer, (nint)destinationPointer, source.Length / rowBytes, width));
    }
}
