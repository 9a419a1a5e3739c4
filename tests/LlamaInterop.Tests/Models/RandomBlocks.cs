using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Models;

/// <summary>Random weights in any element type: valid blocks whose values have about the root mean square that is asked for.</summary>
internal static class RandomBlocks
{
    /// <summary>Where a block's f16 scales lie, and how large each is beside the first: offsets that centre the values are negative or subtracted.</summary>
    private static readonly Dictionary<GgufTensorType, (int Offset, float Factor)[]> Scales = new()
    {
        [GgufTensorType.Q4_0] = [(0, 1)],
        [GgufTensorType.Q4_1] = [(0, 1), (2, -7.5f)],
        [GgufTensorType.Q5_0] = [(0, 1)],
        [GgufTensorType.Q5_1] = [(0, 1), (2, -15.5f)],
        [GgufTensorType.Q8_0] = [(0, 1)],
        [GgufTensorType.Q2_K] = [(80, 1), (82, 1.5f)],
        [GgufTensorType.Q3_K] = [(108, 1)],
        [GgufTensorType.Q4_K] = [(0, 1), (2, 7.5f)],
        [GgufTensorType.Q5_K] = [(0, 1), (2, 15.5f)],
        [GgufTensorType.Q6_K] = [(208, 1)],
        [GgufTensorType.IQ4_NL] = [(0, 1)],
        [GgufTensorType.IQ4_XS] = [(0, 1)],
        [GgufTensorType.IQ1_S] = [(0, 1)],
        [GgufTensorType.IQ2_XXS] = [(0, 1)],
        [GgufTensorType.IQ2_XS] = [(0, 1)],
        [GgufTensorType.IQ2_S] = [(0, 1)],
        [GgufTensorType.IQ3_XXS] = [(0, 1)],
        [GgufTensorType.IQ3_S] = [(0, 1)],
        [GgufTensorType.TQ1_0] = [(52, 1)],
        [GgufTensorType.TQ2_0] = [(64, 1)],
    };

    /// <summary>The types whose blocks are made here.</summary>
    public static IEnumerable<GgufTensorType> Quantized => [.. Scales.Keys, GgufTensorType.IQ1_M, GgufTensorType.MXFP4];

    public static byte[] Make(Random random, GgufTensorType type, long elements, double meanSquareRoot)
    {
        var data = new byte[GgufTensorTypes.ByteLength(type, elements)];
        double limit = meanSquareRoot * Math.Sqrt(3);
        float Next() => (float)(limit * ((2 * random.NextDouble()) - 1));
        switch (type)
        {
            case GgufTensorType.F32:
                Fill(MemoryMarshal.Cast<byte, float>(data.AsSpan()), Next);
                break;
            case GgufTensorType.F16:
                Fill(MemoryMarshal.Cast<byte, Half>(data.AsSpan()), () => (Half)Next());
                break;
            case GgufTensorType.BF16:
                Fill(MemoryMarshal.Cast<byte, ushort>(data.AsSpan()), () => (ushort)(BitConverter.SingleToUInt32Bits(Next()) >> 16));
                break;
            default:
                random.NextBytes(data);
                int bytes = GgufTensorTypes.BlockBytes(type);
                for (int i = 0; i < data.Length; i += bytes)
                    ScaleBlock(type, data.AsSpan(i, bytes), random.Next(2) == 0 ? meanSquareRoot : -meanSquareRoot);
                break;
        }
        return data;
    }

    private static void Fill<T>(Span<T> values, Func<T> next)
    {
        foreach (ref var value in values)
            value = next();
    }

    /// <summary>
    /// Values are linear in the scales: one dequantization with scale 1 tells the scale that is needed. Scales of both signs keep the
    /// mean at 0 where a type has one value more below zero than above; a mean would drown in itself what tells the rows apart.
    /// </summary>
    private static void ScaleBlock(GgufTensorType type, Span<byte> block, double meanSquareRoot)
    {
        SetScale(type, block, 1);
        var values = new float[GgufTensorTypes.BlockLength(type)];
        Kernels.Dequantize((LkType)type, block, values);
        double found = Math.Sqrt(values.Average(value => (double)value * value));
        SetScale(type, block, found == 0 ? 1 : meanSquareRoot / found);
    }

    private static void SetScale(GgufTensorType type, Span<byte> block, double scale)
    {
        if (type == GgufTensorType.MXFP4)
        {
            block[0] = (byte)(127 + Math.Round(Math.Log2(Math.Abs(scale))));
            return;
        }
        if (type == GgufTensorType.IQ1_M)
        {
            SetNibbles(block[48..], BitConverter.HalfToUInt16Bits((Half)scale));
            return;
        }
        foreach ((int offset, float factor) in Scales[type])
            MemoryMarshal.Write(block[offset..], (Half)(scale * factor));
    }

    /// <summary>IQ1_M's scale: a nibble on top of each of four words.</summary>
    private static void SetNibbles(Span<byte> words, ushort bits)
    {
        for (int j = 0; j < 4; j++)
            words[(2 * j) + 1] = (byte)((words[(2 * j) + 1] & 0x0f) | ((bits >> (4 * j)) << 4));
    }
}
