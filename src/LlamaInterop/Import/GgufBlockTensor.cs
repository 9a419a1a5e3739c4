using System.Collections.Immutable;
using LlamaInterop.Gguf;

namespace LlamaInterop.Import;

/// <summary>A tensor that is stored in one of GGUF's own block types. Only its blocks can be read here: the kernels decode them.</summary>
/// <param name="file">Where it lies.</param>
/// <param name="offset">Its first byte.</param>
/// <param name="blockType">How it is stored.</param>
/// <param name="name">Its name.</param>
/// <param name="shape">Its shape, of rows of whole blocks.</param>
internal sealed class GgufBlockTensor(SourceFile file, long offset, GgufTensorType blockType, string name, ImmutableArray<long> shape)
    : SourceTensor(name, SourceType.F32, shape)
{
    public GgufTensorType BlockType => blockType;

    /// <summary>Reads the blocks of whole rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="destination">A whole number of rows' blocks.</param>
    public void ReadBlocks(long first, Span<byte> destination) => file.Read(offset + (first * GgufTensorTypes.ByteLength(blockType, RowLength)), destination);

    public override void ReadRows(long first, Span<float> destination) => throw new NotSupportedException($"{Name} is stored as {blockType}");
}
