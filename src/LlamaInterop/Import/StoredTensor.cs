using System.Buffers;
using System.Collections.Immutable;

namespace LlamaInterop.Import;

/// <summary>A tensor whose little-endian elements lie one after the other in a file.</summary>
internal sealed class StoredTensor : SourceTensor
{
    private const int MaxChunkElements = 1 << 16;

    private readonly SourceFile _file;
    private readonly long _offset;

    /// <exception cref="ImportException">The tensor reaches past the end of the file.</exception>
    public StoredTensor(SourceFile file, long offset, string name, SourceType type, ImmutableArray<long> shape)
        : base(name, type, shape)
    {
        Int128 end = (Int128)offset + (Int128)ElementCount * SourceTypes.Size(type);
        if (offset < 0 || end > file.Length)
            throw file.Refuse(ImportCheck.TensorBounds, $"tensor '{name}' ends at byte {end}, but the file has {file.Length}: truncated or still being written");
        (_file, _offset) = (file, offset);
    }

    public override void ReadRows(long first, Span<float> destination)
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

    public override void ReadBytes(long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + destination.Length, ElementCount * SourceTypes.Size(Type), nameof(destination));
        _file.Read(_offset + offset, destination);
    }
}
