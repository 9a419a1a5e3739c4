using System.Collections.Immutable;

namespace LlamaInterop.Import.Derived;

/// <summary>The same elements in the same order under another shape, of rows as long or of one row.</summary>
internal sealed class ReshapedTensor(SourceTensor source, ImmutableArray<long> shape) : SourceTensor(source.Name, source.Type, shape)
{
    public override bool IsStored => source.IsStored;

    public override void ReadRows(long first, Span<float> destination) => source.ReadRows(first, destination);

    public override void ReadBytes(long offset, Span<byte> destination) => source.ReadBytes(offset, destination);
}
