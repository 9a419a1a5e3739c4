using System.Buffers.Binary;
using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>
/// Random weights of one type: blocks of random bits that are valid, around zero and of a chosen size. Their quants, and the small
/// scales of K-quants, are uniform over their range, unlike those of a trained model; kernels take the same time over both.
/// </summary>
internal sealed class SyntheticWeights
{
    private const int ChunkBlocks = 4096;
    private const int ProbeBlocks = 1024;

    private readonly SyntheticType _type;
    private readonly RandomBits _random;
    private readonly int _blockBytes;
    private readonly int _blockLength;
    private readonly byte[] _chunk;
    private readonly double _unit;

    public SyntheticWeights(SyntheticType type, RandomBits random)
    {
        _type = type;
        _random = random;
        _blockBytes = GgufTensorTypes.BlockBytes(type.Type);
        _blockLength = GgufTensorTypes.BlockLength(type.Type);
        _chunk = new byte[ChunkBlocks * _blockBytes];
        _unit = MeasureUnit();
    }

    /// <summary>Writes <paramref name="elements"/> weights whose root mean square is about <paramref name="size"/>.</summary>
    public void Write(Stream stream, long elements, double size)
    {
        float scale = (float)(size / _unit);
        for (long left = elements / _blockLength; left > 0;)
        {
            int blocks = (int)Math.Min(left, ChunkBlocks);
            Span<byte> part = _chunk.AsSpan(0, blocks * _blockBytes);
            Fill(part, scale);
            stream.Write(part);
            left -= blocks;
        }
    }

    /// <summary>The root mean square of weights made with scale 1, measured on a few blocks.</summary>
    private double MeasureUnit()
    {
        Span<byte> probe = _chunk.AsSpan(0, ProbeBlocks * _blockBytes);
        Fill(probe, 1);
        float[] values = new float[ProbeBlocks * _blockLength];
        Kernels.Dequantize((LkType)_type.Type, probe, values);
        return Math.Sqrt(values.Average(v => (double)v * v));
    }

    private void Fill(Span<byte> blocks, float scale)
    {
        _random.Fill(blocks);
        switch (_type.Type)
        {
            case GgufTensorType.F32:
                foreach (ref int bits in MemoryMarshal.Cast<byte, int>(blocks))
                    bits = BitConverter.SingleToInt32Bits(bits * (scale / int.MaxValue));
                break;
            case GgufTensorType.F16:
                foreach (ref short bits in MemoryMarshal.Cast<byte, short>(blocks))
                    bits = BitConverter.HalfToInt16Bits((Half)(bits * (scale / short.MaxValue)));
                break;
            case GgufTensorType.BF16:
                foreach (ref short bits in MemoryMarshal.Cast<byte, short>(blocks))
                    bits = (short)(BitConverter.SingleToInt32Bits(bits * (scale / short.MaxValue)) >> 16);
                break;
            case GgufTensorType.MXFP4:
                SetExponents(blocks, scale);
                break;
            case GgufTensorType.IQ1_M:
                SetNibbleScales(blocks, scale);
                break;
            default:
                SetScales(blocks, scale);
                break;
        }
    }

    /// <summary>
    /// A block's scales get one random sign, as llama.cpp's quantizer gives them one, so that ranges which are not symmetric
    /// (-8 to 7) add up to nothing over a row.
    /// </summary>
    private void SetScales(Span<byte> blocks, float scale)
    {
        for (int start = 0; start < blocks.Length; start += _blockBytes)
        {
            float signed = (blocks[start + _type.Scales[0].Offset] & 1) == 0 ? scale : -scale;
            foreach (BlockScale field in _type.Scales)
                BinaryPrimitives.WriteHalfLittleEndian(blocks[(start + field.Offset)..], (Half)(signed * field.Ratio));
            if (_type.Type == GgufTensorType.Q8_0)
                AvoidLowest(MemoryMarshal.Cast<byte, sbyte>(blocks.Slice(start + sizeof(ushort), _blockLength)));
            else if (_type.Type == GgufTensorType.TQ2_0)
                AvoidThrees(blocks.Slice(start, _blockLength / 4));
        }
    }

    /// <summary>Quantizers scale by the largest magnitude over 127, so -128 stands in no file.</summary>
    private static void AvoidLowest(Span<sbyte> quants)
    {
        foreach (ref sbyte q in quants)
            q = Math.Max(q, (sbyte)-sbyte.MaxValue);
    }

    /// <summary>A ternary weight is 0, 1 or 2: every 3 becomes a 1.</summary>
    private static void AvoidThrees(Span<byte> quants)
    {
        foreach (ref byte four in quants)
            four &= (byte)~((four & 0x55) << 1);
    }

    /// <summary>IQ1_M's scale is an f16 number in the top nibbles of four words, the lowest first, under a random sign as in <see cref="SetScales"/>.</summary>
    private void SetNibbleScales(Span<byte> blocks, float scale)
    {
        const int Words = 48;
        for (int start = 0; start < blocks.Length; start += _blockBytes)
        {
            Span<byte> words = blocks.Slice(start + Words, 8);
            ushort bits = BitConverter.HalfToUInt16Bits((Half)((words[7] & 0x80) == 0 ? scale : -scale));
            for (int j = 0; j < 4; j++)
                words[(2 * j) + 1] = (byte)((words[(2 * j) + 1] & 0x0f) | (bits >> (4 * j) & 0x0f) << 4);
        }
    }

    /// <summary>MXFP4's scale is 2^(e - 127): the nearest power of two.</summary>
    private void SetExponents(Span<byte> blocks, float scale)
    {
        byte exponent = (byte)Math.Clamp(127 + (int)Math.Round(Math.Log2(scale)), 1, 254);
        for (int start = 0; start < blocks.Length; start += _blockBytes)
            blocks[start] = exponent;
    }
}
