using System.Collections.Immutable;

namespace LlamaInterop.Import;

/// <summary>A tensor whose little-endian elements lie one after the other in a file.</summary>
internal sealed class StoredTensor : EncodedTensor
{
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

    protected override void ReadStored(long offset, Span<byte> destination) => _file.Read(_offset + offset, destination);
}
