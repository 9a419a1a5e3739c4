using System.Buffers;

namespace LlamaInterop.Import.Quantized;

/// <summary>
/// Matrices of 4-bit floats in blocks of 32 (OCP Microscaling Formats 1.0: MXFP4), as gpt-oss stores those of its experts: <c>X_blocks</c>
/// [experts, outputs, blocks, 16], a byte's low half before its high one, and <c>X_scales</c> [experts, outputs, blocks], powers of two
/// over 127. Seen as <c>X.weight</c> [experts, outputs, inputs].
/// </summary>
internal sealed class Mxfp4Tensor : UnpackedTensor
{
    private const string Suffix = "_blocks";
    private const int BlockBytes = 16, BlockLength = 32, Bias = 127;

    private static readonly float[] Values = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private readonly SourceTensor _blocks, _scales;

    private Mxfp4Tensor(SourceTensor blocks, SourceTensor scales)
        : base($"{blocks.Name[..^Suffix.Length]}.weight", [blocks.Shape[0], blocks.Shape[1], blocks.Shape[2] * BlockLength]) => (_blocks, _scales) = (blocks, scales);

    /// <summary>The matrices whose blocks it is; null where it is none's.</summary>
    public static SourceTensor? Open(PackedParts parts, SourceTensor tensor)
    {
        if (tensor.Type != SourceType.U8 || tensor.Shape.Length != 4 || !tensor.Name.EndsWith(Suffix, StringComparison.Ordinal))
            return null;
        SourceTensor scales = parts.Take($"{tensor.Name[..^Suffix.Length]}_scales");
        parts.Take(tensor.Name);
        bool fits = tensor.Shape[3] == BlockBytes && scales.Type == SourceType.U8 && scales.Shape.SequenceEqual(tensor.Shape[..3]) && tensor.RowCount <= int.MaxValue / BlockLength;
        return fits ? new Mxfp4Tensor(tensor, scales)
            : throw parts.Refuse(tensor.Name, $"[{string.Join(", ", tensor.Shape)}] does not fit scales of {scales.Type} [{string.Join(", ", scales.Shape)}]");
    }

    protected override void ReadRow(int row, Span<float> destination)
    {
        int blocks = destination.Length / BlockLength;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(blocks * (BlockBytes + 1));
        Span<byte> elements = bytes.AsSpan(0, blocks * BlockBytes), scales = bytes.AsSpan(blocks * BlockBytes, blocks);
        _blocks.ReadBytes((long)row * elements.Length, elements);
        _scales.ReadBytes((long)row * blocks, scales);
        for (int i = 0; i < elements.Length; i++)
        {
            float scale = MathF.ScaleB(1, scales[i / BlockBytes] - Bias);
            destination[2 * i] = Values[elements[i] & 15] * scale;
            destination[(2 * i) + 1] = Values[elements[i] >> 4] * scale;
        }
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
