using System.Collections.Immutable;

namespace LlamaInterop.Import;

/// <summary>
/// A tensor of a checkpoint, or one that is made of others (rows permuted, experts stacked, weights dequantized), whose elements are
/// computed when they are read, so that a conversion never holds more of a model than what it is writing.
/// </summary>
/// <param name="name">The checkpoint's name for it.</param>
/// <param name="type">What its elements are stored as; of a derived tensor, the least type that holds them exactly.</param>
/// <param name="shape">Sizes as PyTorch states them, the contiguous one last: the reverse of GGUF's order. A scalar has none.</param>
internal abstract class SourceTensor(string name, SourceType type, ImmutableArray<long> shape)
{
    public string Name => name;

    public SourceType Type => type;

    public ImmutableArray<long> Shape => shape;

    /// <summary>Elements side by side: the last size; 1 for a scalar.</summary>
    public long RowLength => shape.IsEmpty ? 1 : shape[^1];

    /// <summary>The product of all sizes but the last.</summary>
    public long RowCount => shape.IsEmpty ? 1 : shape[..^1].Aggregate(1L, (product, size) => checked(product * size));

    public long ElementCount => checked(RowLength * RowCount);

    /// <summary>Whether <see cref="ReadBytes"/> has something to read: a file holds the elements as <see cref="Type"/> says.</summary>
    public virtual bool IsStored => false;

    /// <summary>Reads whole rows as f32; integers beyond 2^24 and f64 are rounded. May be called by many threads.</summary>
    /// <param name="first">The first row, of all dimensions but the last taken as one.</param>
    /// <param name="destination">A whole number of rows.</param>
    /// <exception cref="ImportException">The file ends early, or cannot be read.</exception>
    public abstract void ReadRows(long first, Span<float> destination);

    /// <summary>Reads the stored bytes, little-endian elements in order, of a tensor that a file holds: packed integers.</summary>
    /// <param name="offset">Bytes from the tensor's first.</param>
    /// <param name="destination">At most what is left of the tensor.</param>
    /// <exception cref="NotSupportedException">The tensor is derived, and stored nowhere.</exception>
    public virtual void ReadBytes(long offset, Span<byte> destination) => throw new NotSupportedException($"{name} is not stored as bytes");
}
