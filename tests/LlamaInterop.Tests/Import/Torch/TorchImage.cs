using System.IO.Compression;
using System.Runtime.InteropServices;
using LlamaInterop.Tests.Import.Pickle;

namespace LlamaInterop.Tests.Import.Torch;

/// <summary>Checkpoints as torch.save writes them, made in memory.</summary>
internal static class TorchImage
{
    /// <summary>A 2 x 3 matrix, the same transposed, a row of it, and half-precision numbers, in two storages.</summary>
    public static byte[] Pickle() => PickleImage.Of(image => image.Dictionary(entries =>
    {
        entries.Text("matrix").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1]);
        entries.Text("transposed").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3]);
        entries.Text("row").Tensor("FloatStorage", "0", 6, 3, [3], [1]);
        entries.Text("halves").Tensor("HalfStorage", "1", 2, 0, [2], [1]);
    }));

    public static byte[] Checkpoint() => Zip(Pickle());

    /// <summary>The archive of a pickle, with the storages of <see cref="Pickle"/>.</summary>
    public static byte[] Zip(byte[] pickle, string byteOrder = "little", CompressionLevel level = CompressionLevel.NoCompression)
    {
        var floats = MemoryMarshal.AsBytes<float>([0, 1, 2, 3, 4, 5]).ToArray();
        var halves = MemoryMarshal.AsBytes<Half>([(Half)0.5f, (Half)(-2)]).ToArray();
        if (byteOrder == "big")
        {
            ReverseEach(floats, sizeof(float));
            ReverseEach(halves, 2);
        }
        return Archive(level, ("m/data.pkl", pickle), ("m/byteorder", System.Text.Encoding.ASCII.GetBytes(byteOrder)), ("m/data/0", floats), ("m/data/1", halves));
    }

    /// <summary>A checkpoint of f32 tensors, each with a storage of its own, and of other entries that <paramref name="more"/> writes.</summary>
    public static byte[] Of(IEnumerable<(string Name, int[] Shape, float[] Values)> tensors, Action<PickleImage>? more = null)
    {
        var all = tensors.ToArray();
        byte[] pickle = PickleImage.Of(image => image.Dictionary(entries =>
        {
            for (int i = 0; i < all.Length; i++)
                entries.Text(all[i].Name).Tensor("FloatStorage", $"{i}", all[i].Values.Length, 0, all[i].Shape, StridesOf(all[i].Shape));
            more?.Invoke(entries);
        }));
        var storages = all.Select((tensor, i) => ($"m/data/{i}", MemoryMarshal.AsBytes<float>(tensor.Values).ToArray()));
        return Archive(CompressionLevel.NoCompression, [("m/data.pkl", pickle), .. storages]);
    }

    public static byte[] Archive(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name, level).Open();
                stream.Write(content);
            }
        }
        return bytes.ToArray();
    }

    private static int[] StridesOf(int[] shape) => [.. shape.Select((_, i) => shape[(i + 1)..].Aggregate(1, (product, size) => product * size))];

    private static void ReverseEach(byte[] bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size)
            bytes.AsSpan(i, size).Reverse();
    }
}
