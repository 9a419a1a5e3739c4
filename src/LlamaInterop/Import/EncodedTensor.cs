using System.Buffers;
using System.Collections.Immutable;

namespace LlamaInterop.Import;

/// <summary>A tensor whose elements are stored as <see cref="SourceTensor.Type"/> says: its rows are its bytes, decoded.</summary>
internal abstract class EncodedTensor(string name, SourceType type, ImmutableArray<long> shape) : SourceTensor(name, type, shape)
{
    private const int MaxChunkElements = 1 << 16;

    public sealed override bool IsStored => true;

    public sealed override void ReadRows(long first, Span<float> destination)
    {
        int size = SourceTypes.Size(Type);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(Math.Min(destination.Length, MaxChunkElements) * size);
        for (long element = first * RowLength; !destination.IsEmpty;)
        {
            int count = Math.Min(destination.Length, MaxChunkElements);
            var bytes = chunk.AsSpan(0, count * size);
            ReadBytes(element * size, bytes);
            SourceTypes.ToSingle(Type, bytes, destination[..count]);
            destination = destination[count..];
            element += count;
        }
        ArrayPool<byte>.Shared.Return(chunk);
    }

    public sealed override void ReadBytes(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, ElementCount * SourceTypes.Size(Type), nameof(destination));
        ReadStored(offset, destination);
    }

    /// <summary>As <see cref="ReadBytes"/>; whole elements that are known to be the tensor's.</summary>
    protected abstract void ReadStored(long offset, Span<byte> destination);
}
