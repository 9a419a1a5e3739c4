using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Import.Safetensors;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import.Safetensors;

internal sealed class SafetensorsHeaderTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("F64", 8)]
    [TestCase("F32", 4)]
    [TestCase("F16", 2)]
    [TestCase("BF16", 2)]
    [TestCase("F8_E4M3", 1)]
    [TestCase("F8_E5M2", 1)]
    [TestCase("I64", 8)]
    [TestCase("I32", 4)]
    [TestCase("I16", 2)]
    [TestCase("I8", 1)]
    [TestCase("U8", 1)]
    [TestCase("BOOL", 1)]
    public void ReadsEveryType(string type, int size)
    {
        using Checkpoint checkpoint = Open(new SafetensorsImage().Add<byte>("x", type, [2, 3], new byte[6 * size]).Bytes);
        float[] row = new float[3];
        checkpoint.Tensors.Single().ReadRows(1, row);
        Assert.That(row, Is.EqualTo(new float[3]));
    }

    [Test]
    public void ReadsNumbersAndBytes()
    {
        using Checkpoint checkpoint = Open(new SafetensorsImage().Add<float>("a", "F32", [2, 2], 1, 2, 3, 4).Add<Half>("b", "F16", [2], (Half)0.5, (Half)(-2)).Bytes);
        Assert.That(checkpoint.TryGet("b", out SourceTensor? b), Is.True);
        float[] row = new float[2];
        b!.ReadRows(0, row);
        Assert.That(row, Is.EqualTo(new[] { 0.5f, -2 }));
        byte[] bytes = new byte[2];
        b.ReadBytes(2, bytes);
        Assert.That(BitConverter.ToHalf(bytes), Is.EqualTo((Half)(-2)));
    }

    [Test]
    public void ReadsScalarsAndMetadata()
    {
        using Checkpoint checkpoint = Open(Image("""{"__metadata__": {"format": "pt"}, "s": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}""", 4));
        Assert.That(checkpoint.Tensors.Single().ElementCount, Is.EqualTo(1));
    }

    [TestCase("[]", 0, ImportCheck.Json, "no JSON object")]
    [TestCase("{", 0, ImportCheck.Json, "no JSON")]
    [TestCase("""{"x": 1}""", 0, ImportCheck.Json, "'x' is described by no object")]
    [TestCase("""{"x": {}}""", 0, ImportCheck.TensorType, "'x' has the type (none)")]
    [TestCase("""{"x": {"dtype": "F7", "shape": [], "data_offsets": [0, 4]}}""", 4, ImportCheck.TensorType, "'x' has the type F7")]
    [TestCase("""{"x": {"dtype": "F32", "data_offsets": [0, 4]}}""", 4, ImportCheck.Json, "'x' has no shape")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1]}}""", 4, ImportCheck.Json, "'x' has no data_offsets")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}""", 4, ImportCheck.Number, "'x' has a shape that is no list")]
    [TestCase("""{"x": {"dtype": "F32", "shape": ["1"], "data_offsets": [0, 4]}}""", 4, ImportCheck.Number, "'x' has a shape that is no list")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 4]}}""", 4, ImportCheck.Number, "'x' has a shape that is no list")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1,1,1,1,1,1,1,1,1], "data_offsets": [0, 4]}}""", 4, ImportCheck.Shape, "'x' has 9 dimensions")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [4294967296, 4294967296, 2], "data_offsets": [0, 4]}}""", 4, ImportCheck.Shape, "more bytes than 2^63")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}""", 4, ImportCheck.Shape, "'x' has 4 bytes of data, but its type and shape take 8")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 5]}}""", 4, ImportCheck.TensorBounds, "'x' has data_offsets [0, 4, 5]")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}""", 4, ImportCheck.TensorBounds, "'x' has data_offsets [4, 0]")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 8]}}""", 4, ImportCheck.TensorBounds, "but there are 4 bytes of data")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", 8, ImportCheck.TensorBounds, "'x' begins at byte 4 of the data, but 0 is where it must")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "y": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}""", 4, ImportCheck.TensorBounds, "begins at byte 0 of the data, but 4 is")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}, "x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}""", 8, ImportCheck.DuplicateTensor, "'x' is there twice")]
    [TestCase("""{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}""", 8, ImportCheck.TensorBounds, "8 bytes of data, but the tensors take 4")]
    public void RefusesAHeaderThatDoesNotFit(string header, int dataLength, ImportCheck check, string reason) => Refuses(Image(header, dataLength), check, reason);

    [Test]
    public void RefusesWhatIsNoSafetensorsFile()
    {
        Refuses("GGUF-is-another-format"u8.ToArray(), ImportCheck.Magic, "is no safetensors file");
        Refuses([1, 2, 3], ImportCheck.Truncated, "ends at byte 3");
        Refuses([100, 0, 0, 0, 0, 0, 0, 0, (byte)'{'], ImportCheck.Truncated, "inside its header of 100 bytes");
        Refuses(Image(new string('[', 1000), 0), ImportCheck.Json, "no JSON");
    }

    [Test]
    public void RefusesTheSameTensorInTwoParts()
    {
        byte[] image = new SafetensorsImage().Add<float>("x", "F32", [1], 1).Bytes;
        string a = _folder.Write("a.safetensors", image), b = _folder.Write("b.safetensors", image);
        Assert.That(() => SafetensorsCheckpoint.Open(a, [a, b]), Throws.InstanceOf<ImportException>().With.Message.EqualTo($"{b}: tensor 'x' is in an earlier part too"));
    }

    private void Refuses(byte[] bytes, ImportCheck check, string reason)
    {
        ImportException? error = Assert.Throws<ImportException>(() => Open(bytes));
        Assert.That(error!.Check, Is.EqualTo(check), error.Message);
        Assert.That(error.Message, Does.StartWith(_folder.File("x.safetensors") + ": ").And.Contains(reason));
    }

    private SafetensorsCheckpoint Open(byte[] bytes)
    {
        string path = _folder.Write("x.safetensors", bytes);
        return SafetensorsCheckpoint.Open(path, [path]);
    }

    private static byte[] Image(string header, int dataLength) => [.. BitConverter.GetBytes((long)Encoding.UTF8.GetByteCount(header)), .. Encoding.UTF8.GetBytes(header), .. new byte[dataLength]];
}
