using System.IO.Compression;
using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

/// <summary>Blocks of published models against what another implementation makes of them.</summary>
internal sealed class DequantizeTests
{
    [TestCase("blk.0.attn_k.weight", GgufTensorType.Q4_K)]
    [TestCase("blk.0.attn_v.weight", GgufTensorType.Q6_K)]
    [NeedsSharedData]
    public void GivesTheTruthOfAPublishedModel(string name, GgufTensorType type)
    {
        using GgufFile file = GgufFile.Open(FixtureOf("slice.gguf"));
        GgufTensorInfo info = file.GetTensor(name);
        var values = new float[info.ElementCount];
        Kernels.Dequantize((LkType)info.Type, file.TensorSpan(info), values);
        Assert.That(info.Type, Is.EqualTo(type));
        Assert.That(values, Is.EqualTo(ReadTruth(name)));
    }

    /// <summary>The array of that name in an .npz archive: after an .npy header of a magic, a version and its length, little-endian floats.</summary>
    private static float[] ReadTruth(string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(FixtureOf("dequantized_truth.npz"));
        using Stream entry = archive.GetEntry(name + ".npy")!.Open();
        using var whole = new MemoryStream();
        entry.CopyTo(whole);
        ReadOnlySpan<byte> array = whole.ToArray();
        int header = 10 + MemoryMarshal.Read<ushort>(array[8..]);
        Assert.That(System.Text.Encoding.ASCII.GetString(array[10..header]), Does.Contain("'descr': '<f4', 'fortran_order': False"));
        return MemoryMarshal.Cast<byte, float>(array[header..]).ToArray();
    }

    private static string FixtureOf(string file) => SharedData.PathOf("quant-truth", "mlsys-lab", "gguf", file);
}
