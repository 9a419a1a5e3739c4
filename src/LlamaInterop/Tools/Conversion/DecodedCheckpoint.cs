using System.Buffers;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>A checkpoint whose tensors in GGUF's block types are decoded by the kernels.</summary>
internal sealed class DecodedCheckpoint : Checkpoint
{
    private readonly Checkpoint _stored;

    private DecodedCheckpoint(Checkpoint stored)
    {
        _stored = stored;
        Tensors = [.. stored.Tensors.Select(tensor => tensor is GgufBlockTensor blocks ? new DecodedTensor(blocks) : tensor)];
    }

    public override string Path => _stored.Path;

    public override IReadOnlyList<SourceTensor> Tensors { get; }

    /// <summary>The checkpoint itself where nothing in it is of such a type.</summary>
    public static Checkpoint Of(Checkpoint checkpoint) => checkpoint.Tensors.Any(tensor => tensor is GgufBlockTensor) ? new DecodedCheckpoint(checkpoint) : checkpoint;

    public override void Dispose() => _stored.Dispose();

    private sealed class DecodedTensor(GgufBlockTensor blocks) : SourceTensor(blocks.Name, SourceType.F32, blocks.Shape)
    {
        public override void ReadRows(long first, Span<float> destination)
        {
            int length = checked((int)GgufTensorTypes.ByteLength(blocks.BlockType, destination.Length));
            byte[] pool = ArrayPool<byte>.Shared.Rent(length);
            Span<byte> bytes = pool.AsSpan(0, length);
            blocks.ReadBlocks(first, bytes);
            Kernels.Dequantize((LkType)blocks.BlockType, bytes, destination);
            ArrayPool<byte>.Shared.Return(pool);
        }
    }
}
