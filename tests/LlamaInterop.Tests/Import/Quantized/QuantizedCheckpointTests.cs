using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Import.Quantized;
using LlamaInterop.Import.Safetensors;
using LlamaInterop.Models.Checkpoints;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Safetensors;

namespace LlamaInterop.Tests.Import.Quantized;

/// <summary>Packed matrices unpack to what their formats' papers and tools say, computed here by hand.</summary>
internal sealed class QuantizedCheckpointTests
{
    private static readonly float[] Nf4 =
    [
        -1, -0.6961928f, -0.52507305f, -0.3949175f, -0.28444138f, -0.18477343f, -0.09105004f, 0,
        0.0795803f, 0.1609302f, 0.2461123f, 0.33791524f, 0.44070983f, 0.562617f, 0.72295684f, 1,
    ];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    /// <summary>8 inputs, 8 outputs, one word of inputs for each output: input i of output o is (i + o) mod 16, zero 7 or 8, scale o + 1.</summary>
    [TestCase("gptq", 8, TestName = "GptqZerosLackOne")]
    [TestCase("gptq_v2", 7, TestName = "GptqZerosOfTheSecondFormatAreWhole")]
    public void GptqUnpacks(string format, int zero)
    {
        using var checkpoint = Open(Gptq(), $$$"""{"quantization_config": {"checkpoint_format": "{{{format}}}"}}""");
        Assert.That(checkpoint.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "a.weight" }));
        float[] expected = [.. from o in Enumerable.Range(0, 8) from i in Enumerable.Range(0, 8) select (o + 1f) * (((i + o) % 16) - zero)];
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(expected));
    }

    [Test]
    public void GptqTakesEachInputsGroupFromItsIndex()
    {
        var image = new SafetensorsImage()
            .Add("a.qweight", "I32", [1, 8], Enumerable.Repeat(0x11111111, 8).ToArray())
            .Add("a.qzeros", "I32", [2, 1], -1, -1)
            .Add("a.scales", "F32", [2, 8], [.. Enumerable.Repeat(1f, 8), .. Enumerable.Repeat(10f, 8)])
            .Add("a.g_idx", "I32", [8], 1, 0, 0, 1, 1, 0, 1, -1);
        using var checkpoint = Open(image);
        Assert.That(Read(checkpoint, "a.weight")[..8], Is.EqualTo(new float[] { -150, -15, -15, -150, -150, -15, -150, -150 }), "1 - (15 + 1), times 1 or 10");
    }

    [Test]
    public void GptqOfThreeBitsCrossesWords()
    {
        uint[] words = new uint[3];
        for (int i = 0; i < 32; i++)
        {
            ulong value = (ulong)(i % 8) << (i * 3 % 32);
            words[i * 3 / 32] |= (uint)value;
            if (i * 3 % 32 > 29)
                words[(i * 3 / 32) + 1] |= (uint)(value >> 32);
        }
        uint[] columns = [.. words.SelectMany(word => Enumerable.Repeat(word, 32))];
        var image = new SafetensorsImage().Add("a.qweight", "I32", [3, 32], columns).Add("a.qzeros", "I32", [1, 3], 0, 0, 0)
            .Add("a.scales", "F32", [1, 32], Enumerable.Repeat(1f, 32).ToArray());
        using var checkpoint = Open(image);
        float[] expected = [.. Enumerable.Range(0, 32).Select(i => (i % 8) - 1f)];
        Assert.That(Read(checkpoint, "a.weight")[(31 * 32)..], Is.EqualTo(expected));
    }

    /// <summary>The order in which AWQ's GEMM packs eight outputs: 0 2 4 6 1 3 5 7.</summary>
    [Test]
    public void AwqUnpacksInItsOrder()
    {
        int[] order = [0, 2, 4, 6, 1, 3, 5, 7];
        int word = (int)order.Select((output, nibble) => (uint)output << (4 * nibble)).Aggregate((a, b) => a | b);
        var image = new SafetensorsImage()
            .Add("a.qweight", "I32", [2, 1], word, 0)
            .Add("a.qzeros", "I32", [1, 1], 0x33333333)
            .Add("a.scales", "F16", [1, 8], Enumerable.Range(1, 8).Select(i => (Half)i).ToArray())
            .Add("a.bias", "F32", [8], new float[8]);
        using var checkpoint = Open(image);
        Assert.That(checkpoint.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "a.weight", "a.bias" }));
        float[] expected = [.. from output in Enumerable.Range(0, 8) from input in Enumerable.Range(0, 2) select (output + 1f) * ((input == 0 ? output : 0) - 3)];
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(expected));
    }

    /// <summary>Two blocks of 4: entry numbers 0 to 7 and 8 to 15, the first of a byte in its high half.</summary>
    [Test]
    public void Nf4UnpacksByItsMapAndBlocks()
    {
        var image = Packed4Bit("nf4", """{"quant_type": "nf4", "blocksize": 8, "shape": [2, 8], "dtype": "float16"}""")
            .Add("a.weight.absmax", "F32", [2], 2f, 0.5f);
        using var checkpoint = Open(image);
        Assert.That(checkpoint.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "a.weight" }));
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(Nf4.Select((value, i) => value * (i < 8 ? 2f : 0.5f))));
    }

    /// <summary>QLoRA's double quantization: a scale is an 8-bit entry, times its block's scale, plus the offset.</summary>
    [TestCase("nf4")]
    [TestCase("fp4")]
    public void NestedScalesUnpack(string type)
    {
        float[] map = [.. Enumerable.Range(0, 256).Select(i => i / 128f)];
        var image = Packed4Bit(type, $$"""{"quant_type": "{{type}}", "blocksize": 4, "shape": [2, 8], "nested_blocksize": 2, "nested_offset": 0.25, "nested_dtype": "float32"}""")
            .Add<byte>("a.weight.absmax", "U8", [4], 128, 64, 0, 255)
            .Add("a.weight.nested_absmax", "F32", [2], 3f, 5f)
            .Add("a.weight.nested_quant_map", "F32", [256], map);
        using var checkpoint = Open(image);
        float[] scales = [(1f * 3) + 0.25f, (0.5f * 3) + 0.25f, 0.25f, (255 / 128f * 5) + 0.25f];
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(Nf4.Select((value, i) => value * scales[i / 4])));
    }

    /// <summary>0x38 is 1, 0x40 is 2, 0xb8 is -1 in E4M3.</summary>
    [Test]
    public void EightBitFloatsInBlocksAreScaled()
    {
        var image = new SafetensorsImage()
            .Add<byte>("a.weight", "F8_E4M3", [3, 3], 0x38, 0x38, 0x40, 0x38, 0xb8, 0x40, 0x38, 0x38, 0x00)
            .Add("a.weight_scale_inv", "F32", [2, 2], 1f, 10f, 100f, 1000f);
        using var checkpoint = Open(image, """{"quantization_config": {"quant_method": "fp8", "weight_block_size": [2, 2]}}""");
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(new float[] { 1, 1, 20, 1, -1, 20, 100, 100, 0 }));
    }

    [Test]
    public void RowsOfEightBitIntegersAreScaled()
    {
        var image = new SafetensorsImage().Add<sbyte>("a.weight", "I8", [2, 2], 127, -127, 0, 1).Add("a.SCB", "F32", [2], 2f, 127f).Add<byte>("a.weight_format", "U8", [], 0);
        using var checkpoint = Open(image);
        Assert.That(checkpoint.Tensors, Has.Count.EqualTo(1));
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(new float[] { 2, -2, 0, 1 }).Within(1e-6f));
    }

    [TestCase(4, 0x76543210u)]
    [TestCase(8, 0x03020100u)]
    public void MlxUnpacksScalesAndBiases(int bits, uint word)
    {
        int inputs = 32 / bits;
        var image = new SafetensorsImage().Add("a.weight", "U32", [1, 1], word).Add("a.scales", "F32", [1, 1], 2f).Add("a.biases", "F32", [1, 1], -3f);
        using var checkpoint = Open(image, $$$"""{"quantization": {"group_size": {{{inputs}}}, "bits": {{{bits}}} }}""");
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(Enumerable.Range(0, inputs).Select(i => (2f * i) - 3)));
    }

    [Test]
    public void APlainCheckpointStaysItself()
    {
        using var plain = Plain(new SafetensorsImage().Add("a.weight", "F32", [1], 1f));
        Assert.That(QuantizedCheckpoint.Of(plain, Config("{}")), Is.SameAs(plain));
    }

    [Test]
    public void AMissingPartIsRefused() =>
        Refuses(ImportCheck.MissingTensor, new SafetensorsImage().Add("a.qweight", "I32", [1, 8], new int[8]).Add("a.scales", "F32", [1, 8], new float[8]), "a.qzeros");

    [TestCase(1, 8, 1, 3, 1, 8, TestName = "GptqZerosOfAnotherWidthAreRefused")]
    [TestCase(1, 8, 2, 1, 1, 8, TestName = "GptqZerosOfOtherGroupsAreRefused")]
    [TestCase(1, 8, 3, 1, 3, 8, TestName = "GptqGroupsThatDoNotShareTheInputsAreRefused")]
    [TestCase(2, 2, 1, 2, 1, 8, TestName = "AwqScalesOfAnotherWidthAreRefused")]
    [TestCase(2, 1, 2, 1, 1, 8, TestName = "AwqZerosOfOtherGroupsAreRefused")]
    public void PartsThatDoNotFitAreRefused(int rows, int columns, int zeroRows, int zeroColumns, int groups, int outputs) =>
        Refuses(ImportCheck.Shape, new SafetensorsImage().Add("a.qweight", "I32", [rows, columns], new int[rows * columns])
            .Add("a.qzeros", "I32", [zeroRows, zeroColumns], new int[zeroRows * zeroColumns]).Add("a.scales", "F32", [groups, outputs], new float[groups * outputs]), "a.qweight");

    [TestCase("{", ImportCheck.Json)]
    [TestCase("""{"blocksize": 8}""", ImportCheck.Json)]
    [TestCase("""{"blocksize": 0, "shape": [2, 8]}""", ImportCheck.Shape)]
    [TestCase("""{"blocksize": 8, "shape": [2, 9]}""", ImportCheck.Shape)]
    [TestCase("""{"blocksize": 8, "shape": [-2, -8]}""", ImportCheck.Shape)]
    [TestCase("""{"blocksize": 8, "shape": [2, 8], "nested_blocksize": 0, "nested_offset": 0}""", ImportCheck.Shape)]
    [TestCase("""{"blocksize": 4, "shape": [2, 8]}""", ImportCheck.Shape)]
    public void ImpossibleStatesAreRefused(string state, ImportCheck check) => Refuses(check, Packed4Bit("nf4", state).Add("a.weight.absmax", "F32", [2], 1f, 1f), "a.weight");

    [Test]
    public void AnIndexOfNoGroupIsRefused()
    {
        using var checkpoint = Open(Gptq().Add("a.g_idx", "I32", [8], 0, 0, 0, 9, 0, 0, 0, 0));
        Assert.That(Assert.Throws<ImportException>(() => Read(checkpoint, "a.weight"))!.Check, Is.EqualTo(ImportCheck.Number));
    }

    [Test]
    public void EveryMutantReadsOrIsRefused()
    {
        byte[][] whole =
        [
            Gptq().Bytes,
            Packed4Bit("nf4", """{"quant_type": "nf4", "blocksize": 8, "shape": [2, 8]}""").Add("a.weight.absmax", "F32", [2], 2f, 0.5f).Bytes,
            new SafetensorsImage().Add("a.weight", "U32", [1, 1], 0x76543210u).Add("a.scales", "F32", [1, 1], 2f).Add("a.biases", "F32", [1, 1], -3f).Bytes,
        ];
        var outcomes = MutationRun.Run(20_26_14, "mutant.safetensors", random => MutationRun.Damage(whole[random.Next(whole.Length)], random), path =>
        {
            using var checkpoint = QuantizedCheckpoint.Of(SafetensorsCheckpoint.Open(path, [path]), Config("""{"quantization": {"group_size": 8}}"""));
            foreach (var tensor in checkpoint.Tensors)
                tensor.ReadRows(0, new float[tensor.ElementCount]);
        });
        Assert.That(outcomes, Does.ContainKey("opened").And.ContainKey("Json"));
    }

    private static SafetensorsImage Gptq()
    {
        int[] words = [.. Enumerable.Range(0, 8).Select(o => (int)Enumerable.Range(0, 8).Select(i => (uint)((i + o) % 16) << (4 * i)).Aggregate((a, b) => a | b))];
        return new SafetensorsImage().Add("a.qweight", "I32", [1, 8], words).Add("a.qzeros", "I32", [1, 1], 0x77777777)
            .Add("a.scales", "F32", [1, 8], Enumerable.Range(1, 8).Select(o => (float)o).ToArray());
    }

    private static SafetensorsImage Packed4Bit(string type, string state)
    {
        byte[] json = Encoding.UTF8.GetBytes(state);
        return new SafetensorsImage().Add<byte>("a.weight", "U8", [8, 1], 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef)
            .Add("a.weight.quant_map", "F32", [16], Nf4).Add($"a.weight.quant_state.bitsandbytes__{type}", "U8", [json.Length], json);
    }

    private static ModelConfig Config(string json) => ModelConfig.Parse("config.json", Encoding.UTF8.GetBytes(json));

    private Checkpoint Open(SafetensorsImage image, string config = "{}") => QuantizedCheckpoint.Of(Plain(image), Config(config));

    private SafetensorsCheckpoint Plain(SafetensorsImage image)
    {
        string path = _folder.Write("model.safetensors", image.Bytes);
        return SafetensorsCheckpoint.Open(path, [path]);
    }

    /// <summary>Values 0 to 7 of both signs, low halves first; scales of 2 and 1/4.</summary>
    [Test]
    public void Mxfp4UnpacksBlocks()
    {
        byte[] block = [.. Enumerable.Range(0, 16).Select(i => (byte)((2 * i % 16) | (((2 * i) + 1) % 16 << 4)))];
        float[] values = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];
        float[] signed = [.. values, .. values.Select(x => -x)], unpacked = [.. signed, .. signed];
        var image = new SafetensorsImage().Add<byte>("a_blocks", "U8", [1, 1, 2, 16], [.. block, .. block]).Add<byte>("a_scales", "U8", [1, 1, 2], 128, 125);
        using var checkpoint = Open(image);
        Assert.That(checkpoint.Tensors.Single().Shape, Is.EqualTo(new long[] { 1, 1, 64 }));
        Assert.That(Read(checkpoint, "a.weight"), Is.EqualTo(unpacked.Select(x => 2 * x).Concat(unpacked.Select(x => x / 4))));
    }

    [Test]
    public void Mxfp4WithoutItsScalesIsRefused() => Refuses(ImportCheck.MissingTensor, new SafetensorsImage().Add("a_blocks", "U8", [1, 1, 1, 16], new byte[16]), "a_scales");

    [TestCase(16, 2)]
    [TestCase(8, 1)]
    public void Mxfp4OfAnotherShapeIsRefused(int bytes, int scales) => Refuses(
        ImportCheck.Shape, new SafetensorsImage().Add("a_blocks", "U8", [1, 1, 1, bytes], new byte[bytes]).Add("a_scales", "U8", [1, 1, scales], new byte[scales]), "a_blocks");

    private void Refuses(ImportCheck check, SafetensorsImage image, string named)
    {
        using var plain = Plain(image);
        var error = Assert.Throws<ImportException>(() => QuantizedCheckpoint.Of(plain, Config("{}")))!;
        Assert.That(error.Check, Is.EqualTo(check), error.Message);
        Assert.That(error.Message, Does.Contain(named));
    }

    private static float[] Read(Checkpoint checkpoint, string name)
    {
        Assert.That(checkpoint.TryGet(name, out var tensor), Is.True);
        var values = new float[tensor!.ElementCount];
        tensor.ReadRows(0, values);
        return values;
    }
}
