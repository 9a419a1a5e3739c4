using System.Buffers;
using System.Collections.Immutable;

namespace LlamaInterop.Import.Ggml;

/// <summary>A tensor in blocks, decoded when it is read.</summary>
/// <param name="file">Where it lies.</param>
/// <param name="offset">Its first byte.</param>
/// <param name="blocks">How it is stored.</param>
/// <param name="name">Its name.</param>
/// <param name="shape">Its shape, of rows of whole blocks.</param>
internal sealed class GgmlBlockTensor(SourceFile file, long offset, GgmlBlocks blocks, string name, ImmutableArray<long> shape)
    : SourceTensor(name, SourceType.F32, shape)
{
    public override void ReadRows(long first, Span<float> destination)
    {
        long start = first * RowLength / GgmlBlocks.Length;
        int row = checked((int)(RowLength / GgmlBlocks.Length * blocks.Bytes));
        byte[] pool = ArrayPool<byte>.Shared.Rent(row);
        Span<byte> bytes = pool.AsSpan(0, row);
        for (long position = offset + (start * blocks.Bytes); !destination.IsEmpty; position += row)
        {
            file.Read(position, bytes);
            for (int block = 0; block < row / blocks.Bytes; block++)
                blocks.Decode(bytes[(block * blocks.Bytes)..], destination[(block * GgmlBlocks.Length)..]);
            destination = destination[(int)RowLength..];
        }
        ArrayPool<byte>.Shared.Return(pool);
    }
}
