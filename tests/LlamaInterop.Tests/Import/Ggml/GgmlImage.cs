using System.Runtime.InteropServices;
using System.Text;
using LlamaInterop.Import.Ggml;
using LlamaInterop.Tests.Import.Meta;

namespace LlamaInterop.Tests.Import.Ggml;

/// <summary>Files of ggml before GGUF, made of a tiny model.</summary>
internal static class GgmlImage
{
    public const uint F32 = 0, F16 = 1;

    /// <param name="image">The model.</param>
    /// <param name="format">Its magic number.</param>
    /// <param name="version">Its version; GGML has none.</param>
    /// <param name="matrixType">ggml's number of the type that matrices have.</param>
    /// <param name="encode">Stores a matrix.</param>
    public static byte[] Of(TransformerImage image, GgmlFormat format, int version, uint matrixType, Func<float[], byte[]> encode)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write((uint)format);
        if (format != GgmlFormat.GGML)
            writer.Write(version);
        foreach (int size in (int[])[TransformerImage.Vocabulary, TransformerImage.Width, 4, TransformerImage.Heads, TransformerImage.Layers, 2, 0])
            writer.Write(size);
        for (int i = 0; i < TransformerImage.Vocabulary; i++)
            WriteToken(writer, i, hasScore: format != GgmlFormat.GGML);
        foreach (var (name, shape, values) in image.Tensors)
        {
            bool isMatrix = shape.Length == 2;
            WriteTensorHeader(writer, name, shape, isMatrix ? matrixType : F32, aligned: format == GgmlFormat.GGJT);
            writer.Write(isMatrix ? encode(values) : MemoryMarshal.AsBytes<float>(values).ToArray());
        }
        return bytes.ToArray();
    }

    public static byte[] ToF32(float[] values) => MemoryMarshal.AsBytes<float>(values).ToArray();

    public static byte[] ToF16(float[] values) => MemoryMarshal.AsBytes<Half>(Array.ConvertAll(values, value => (Half)value)).ToArray();

    public static void WriteTensorHeader(BinaryWriter writer, string name, int[] shape, uint type, bool aligned)
    {
        writer.Write(shape.Length);
        writer.Write(name.Length);
        writer.Write(type);
        foreach (int size in shape.Reverse())
            writer.Write(size);
        writer.Write(Encoding.UTF8.GetBytes(name));
        while (aligned && writer.BaseStream.Position % 32 != 0)
            writer.Write((byte)0);
    }

    /// <summary>Unknown, begin, end, three bytes, then words whose first has a space before it.</summary>
    private static void WriteToken(BinaryWriter writer, int id, bool hasScore)
    {
        byte[] token = id < 3 ? Encoding.UTF8.GetBytes("?") : id < 6 ? [(byte)(250 + id)] : Encoding.UTF8.GetBytes($" word{id}");
        writer.Write(token.Length);
        writer.Write(token);
        if (hasScore)
            writer.Write(-(float)id);
    }
}
