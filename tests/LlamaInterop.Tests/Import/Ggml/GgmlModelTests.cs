using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Ggml;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Meta;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Import.Ggml;

/// <summary>Files of ggml before GGUF: all formats give the same tensors, blocks decode as they were at their time.</summary>
internal sealed class GgmlModelTests
{
    private readonly TransformerImage _image = new();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCase(GgmlFormat.GGML, 1)]
    [TestCase(GgmlFormat.GGMF, 1)]
    [TestCase(GgmlFormat.GGJT, 1)]
    [TestCase(GgmlFormat.GGJT, 2)]
    [TestCase(GgmlFormat.GGJT, 3)]
    public void EveryFormatGivesTheTensors(GgmlFormat format, int version)
    {
        foreach (uint type in (uint[])[GgmlImage.F32, GgmlImage.F16])
        {
            using var model = Open(GgmlImage.Of(_image, format, version, type, type == GgmlImage.F32 ? GgmlImage.ToF32 : GgmlImage.ToF16));
            foreach (var (name, shape, values) in _image.Tensors)
            {
                Assert.That(model.Checkpoint.TryGet(name, out var tensor), Is.True, name);
                Assert.That(tensor!.Shape, Is.EqualTo(shape), name);
                var read = new float[values.Length];
                tensor.ReadRows(0, read);
                Assert.That(read, Is.EqualTo(type == GgmlImage.F32 || shape.Length == 1 ? values : Array.ConvertAll(values, value => (float)(Half)value)), name);
            }
        }
    }

    [Test]
    public void SizesAndTokensComeFromTheFile()
    {
        using var model = Open(GgmlImage.Of(_image, GgmlFormat.GGJT, 1, GgmlImage.F32, GgmlImage.ToF32));
        var keys = model.Map.Keys.Values.ToDictionary(key => key.Key, key => key.Value.ToString());
        Assert.That(keys["llama.attention.head_count_kv"], Is.EqualTo("2"), "by the rows of wk");
        Assert.That(keys["llama.feed_forward_length"], Is.EqualTo("12"));
        Assert.That(model.Warnings, Has.Count.EqualTo(1));
        var metadata = Vocabulary(model);
        Assert.That(metadata.GetStringArray("tokenizer.ggml.tokens"), Is.EqualTo(new[] { "<unk>", "<s>", "</s>", "<0xFD>", "<0xFE>", "<0xFF>", "▁word6", "▁word7", "▁word8", "▁word9" }));
        Assert.That(metadata.GetInt32Array("tokenizer.ggml.token_type"), Is.EqualTo(new[] { 2, 3, 3, 6, 6, 6, 1, 1, 1, 1 }));
        Assert.That(metadata.GetFloatArray("tokenizer.ggml.scores")[7], Is.EqualTo(-7f));
    }

    /// <summary>q4_0 of each time: number i of 0 to 15 and again is i - 8 times the scale 0.5.</summary>
    [TestCase(1, TestName = "Q4_0OfV1HasNeighboursInAByteAndWideScales")]
    [TestCase(2, TestName = "Q4_0OfV2HasHalvesInAByteAndWideScales")]
    [TestCase(3, TestName = "Q4_0OfV3HasHalvesInAByteAndNarrowScales")]
    public void FourBitBlocksDecodeAsTheyWere(int version)
    {
        byte[] scale = version < 3 ? BitConverter.GetBytes(0.5f) : BitConverter.GetBytes((Half)0.5f);
        byte[] numbers = [.. Enumerable.Range(0, 16).Select(i => version == 1 ? Pack(2 * i % 16, (2 * i + 1) % 16) : Pack(i, i))];
        Assert.That(Decode(version, 2, [.. scale, .. numbers]), Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i % 16 - 8) * 0.5f)));
    }

    [Test]
    public void FourBitBlocksWithMinimaDecode() =>
        Assert.That(Decode(3, 3, [.. BitConverter.GetBytes((Half)2), .. BitConverter.GetBytes((Half)10), .. Enumerable.Range(0, 16).Select(i => Pack(i, 15 - i))]),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i < 16 ? i : 31 - i) * 2f + 10)));

    [Test]
    public void FiveBitBlocksDecode() =>
        Assert.That(Decode(2, 6, [.. BitConverter.GetBytes((Half)1), 0, 0, 0xff, 0xff, .. Enumerable.Range(0, 16).Select(i => Pack(i, i))]),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => i - 16f)));

    [TestCase(2)]
    [TestCase(3)]
    public void EightBitBlocksDecode(int version) =>
        Assert.That(Decode(version, 8, [.. version < 3 ? BitConverter.GetBytes(0.25f) : BitConverter.GetBytes((Half)0.25f), .. Enumerable.Range(0, 32).Select(i => (byte)(sbyte)(i - 16))]),
            Is.EqualTo(Enumerable.Range(0, 32).Select(i => (i - 16) * 0.25f)));

    [TestCase(1, 6u, "Q5_0 in a GGJTv1 file")]
    [TestCase(1, 4u, "Q4_2")]
    [TestCase(2, 12u, "type 12")]
    [TestCase(3, 99u, "type 99")]
    public void OtherTypesAreRefusedByName(int version, uint type, string named)
    {
        var error = Assert.Throws<ImportException>(() => Decode(version, type, new byte[1000]))!;
        Assert.That(error.Check, Is.EqualTo(ImportCheck.TensorType));
        Assert.That(error.Message, Does.Contain(named));
    }

    /// <summary>K-types came with GGJT v3 and are GGUF's: the kernels decode them on the way into the file.</summary>
    [Test]
    public void KTypesConvert([Values(GgufTensorType.Q2_K, GgufTensorType.Q3_K, GgufTensorType.Q4_K, GgufTensorType.Q5_K, GgufTensorType.Q6_K)] GgufTensorType type)
    {
        const int width = 256;
        float[] values = [.. Enumerable.Range(0, width).Select(i => MathF.Sin(i))], decoded = new float[width];
        var block = new byte[GgufTensorTypes.ByteLength(type, width)];
        Kernels.Quantize((LkType)type, values, [], block, width);
        Kernels.Dequantize((LkType)type, block, decoded);
        using var checkpoint = DecodedCheckpoint.Of(GgmlCheckpoint.Open(WriteTensor(3, (uint)type, width, block))!);
        var read = new float[width];
        checkpoint.Tensors[0].ReadRows(0, read);
        Assert.That(read, Is.EqualTo(decoded));
        Assert.That(read, Is.Not.EqualTo(values));
    }

    [TestCase(4, 4, ImportCheck.Version)]
    [TestCase(8, -1, ImportCheck.Number)]
    [TestCase(8, 1 << 24, ImportCheck.Limit)]
    [TestCase(36, -1, ImportCheck.Limit)]
    public void ImpossibleHeadersAreRefused(int offset, int value, ImportCheck check)
    {
        byte[] file = GgmlImage.Of(_image, GgmlFormat.GGJT, 3, GgmlImage.F32, GgmlImage.ToF32);
        BitConverter.TryWriteBytes(file.AsSpan(offset), value);
        Assert.That(Assert.Throws<ImportException>(() => Open(file))!.Check, Is.EqualTo(check));
    }

    [Test]
    public void AFileCutShortIsRefused() =>
        Assert.That(Assert.Throws<ImportException>(() => Open(GgmlImage.Of(_image, GgmlFormat.GGJT, 3, GgmlImage.F32, GgmlImage.ToF32)[..^10]))!.Check,
            Is.EqualTo(ImportCheck.TensorBounds).Or.EqualTo(ImportCheck.Truncated));

    [Test]
    public void AFileOfAnotherFormatIsNone() => Assert.That(GgmlModel.Open(_folder.Write("a.bin", "GGUF"u8)), Is.Null);

    [Test]
    public void EveryMutantReadsOrIsRefused()
    {
        byte[] whole = GgmlImage.Of(_image, GgmlFormat.GGJT, 2, GgmlImage.F32, GgmlImage.ToF32)[..1200];
        var outcomes = MutationRun.Run(20_26_15, "mutant.bin", random => MutationRun.Damage(whole, random), path =>
        {
            using var checkpoint = GgmlCheckpoint.Open(path);
            foreach (var tensor in checkpoint?.Tensors ?? [])
                tensor.ReadRows(0, new float[tensor.ElementCount]);
        });
        Assert.That(outcomes, Does.ContainKey("Number").And.ContainKey("Truncated"));
    }

    private static byte Pack(int low, int high) => (byte)(low | high << 4);

    /// <summary>Reads a tensor of one block out of a file that has no other.</summary>
    private float[] Decode(int version, uint type, byte[] block)
    {
        using var checkpoint = GgmlCheckpoint.Open(WriteTensor(version, type, 32, block))!;
        var read = new float[32];
        checkpoint.Tensors[0].ReadRows(0, read);
        return read;
    }

    private string WriteTensor(int version, uint type, int width, byte[] block)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write((uint)GgmlFormat.GGJT);
        foreach (int number in (int[])[version, 1, 32, 4, 1, 1, 32, 0, 0, 0])
            writer.Write(number);
        GgmlImage.WriteTensorHeader(writer, "w", [1, width], type, aligned: true);
        writer.Write(block);
        return _folder.Write("block.bin", bytes.ToArray());
    }

    private GgufMetadata Vocabulary(ImportedModel model)
    {
        var writer = new GgufWriter();
        model.Tokenizer!(0, writer, []);
        writer.Write(_folder.File("vocabulary.gguf"));
        using var file = GgufFile.Open(_folder.File("vocabulary.gguf"));
        return file.Metadata;
    }

    private ImportedModel Open(byte[] file) => GgmlModel.Open(_folder.Write("model.bin", file))!;
}
