using System.Runtime.InteropServices;
using LlamaInterop.Tests.Import.Meta;

namespace LlamaInterop.Tests.Import.Llama2c;

/// <summary>Files as llama2.c's export.py writes them.</summary>
internal static class Llama2cImage
{
    private static readonly string[] Norms = ["attention_norm", "ffn_norm"];
    private static readonly string[] Attention = ["attention.wq", "attention.wk", "attention.wv", "attention.wo"];
    private static readonly string[] FeedForward = ["feed_forward.w1", "feed_forward.w2", "feed_forward.w3"];

    /// <summary>The first form: no magic number, a negative vocabulary where there is a head, tables of rotations.</summary>
    public static byte[] First(TransformerImage image, bool hasHead)
    {
        using var bytes = new MemoryStream();
        WriteSizes(bytes, hasHead ? -TransformerImage.Vocabulary : TransformerImage.Vocabulary);
        string[] tables = ["tok_embeddings.weight", .. Layers(Norms[..1]), .. Layers(Attention), .. Layers(Norms[1..]), .. Layers(FeedForward), "norm.weight"];
        foreach (string name in tables)
            Write(bytes, image[name]);
        Write(bytes, new float[TransformerImage.Context * (TransformerImage.Width / TransformerImage.Heads)]);
        if (hasHead)
            Write(bytes, image["output.weight"]);
        return bytes.ToArray();
    }

    /// <summary>Versions 1, f32, and 2, 8-bit groups of <paramref name="group"/>.</summary>
    public static byte[] Later(TransformerImage image, int version, bool hasHead, int group = 4)
    {
        using var bytes = new MemoryStream();
        bytes.Write("24ka"u8);
        bytes.Write(BitConverter.GetBytes(version));
        WriteSizes(bytes, TransformerImage.Vocabulary);
        bytes.WriteByte(hasHead ? (byte)0 : (byte)1);
        bytes.Write(BitConverter.GetBytes(group));
        bytes.Write(new byte[256 - bytes.Length]);
        foreach (string name in (string[])[.. Layers(Norms), "norm.weight"])
            Write(bytes, image[name]);
        string[] matrices = ["tok_embeddings.weight", .. Layers(Attention), .. Layers(FeedForward), .. hasHead ? (string[])["output.weight"] : []];
        foreach (string name in matrices)
        {
            if (version == 1)
                Write(bytes, image[name]);
            else
                WriteGroups(bytes, image[name], group);
        }
        return bytes.ToArray();
    }

    /// <summary>Elements as a reader of groups must give them.</summary>
    public static float[] Rounded(float[] values, int group) =>
        [.. values.Chunk(group).SelectMany(chunk => chunk.Select(value => (float)Quantize(value, ScaleOf(chunk)) * ScaleOf(chunk)))];

    private static IEnumerable<string> Layers(string[] kinds) =>
        kinds.SelectMany(kind => Enumerable.Range(0, TransformerImage.Layers).Select(layer => $"layers.{layer}.{kind}.weight"));

    private static void WriteSizes(MemoryStream bytes, int vocabulary)
    {
        int[] sizes = [TransformerImage.Width, TransformerImage.HiddenWidth, TransformerImage.Layers, TransformerImage.Heads, TransformerImage.KvHeads, vocabulary, TransformerImage.Context];
        bytes.Write(MemoryMarshal.AsBytes<int>(sizes));
    }

    private static void WriteGroups(MemoryStream bytes, float[] values, int group)
    {
        foreach (float[] chunk in values.Chunk(group))
        {
            foreach (float value in chunk)
                bytes.WriteByte((byte)Quantize(value, ScaleOf(chunk)));
        }
        Write(bytes, [.. values.Chunk(group).Select(ScaleOf)]);
    }

    private static float ScaleOf(float[] chunk) => chunk.Max(MathF.Abs) / 127;

    private static sbyte Quantize(float value, float scale) => (sbyte)MathF.Round(value / scale);

    private static void Write(MemoryStream bytes, float[] values) => bytes.Write(MemoryMarshal.AsBytes<float>(values));
}
