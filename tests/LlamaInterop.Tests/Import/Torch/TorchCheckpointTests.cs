using System.IO.Compression;
using LlamaInterop.Import;
using LlamaInterop.Import.Pickle;
using LlamaInterop.Import.Torch;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Pickle;

namespace LlamaInterop.Tests.Import.Torch;

/// <summary>Checkpoints of torch.save: their tensors read as torch would, and what is wrong with one is said.</summary>
internal sealed class TorchCheckpointTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCase("little")]
    [TestCase("big")]
    public void TensorsReadByStrideOffsetAndByteOrder(string byteOrder)
    {
        using var checkpoint = TorchCheckpoint.Open(_folder.Write("a.pt", TorchImage.Zip(TorchImage.Pickle(), byteOrder)));
        Assert.That(checkpoint.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "matrix", "transposed", "row", "halves" }));
        Assert.That(Read(checkpoint, "matrix"), Is.EqualTo(new float[] { 0, 1, 2, 3, 4, 5 }));
        Assert.That(Read(checkpoint, "transposed"), Is.EqualTo(new float[] { 0, 3, 1, 4, 2, 5 }));
        Assert.That(Read(checkpoint, "row"), Is.EqualTo(new float[] { 3, 4, 5 }));
        Assert.That(Read(checkpoint, "halves"), Is.EqualTo(new[] { 0.5f, -2 }));
    }

    [Test]
    public void RowsOfATransposedTensorReadByThemselves()
    {
        using var checkpoint = TorchCheckpoint.Open(_folder.Write("a.pt", TorchImage.Checkpoint()));
        var rows = new float[4];
        Assert.That(checkpoint.TryGet("transposed", out var tensor), Is.True);
        tensor!.ReadRows(1, rows);
        Assert.That(rows, Is.EqualTo(new float[] { 1, 4, 2, 5 }));
    }

    [Test]
    public void TheModelsPartOfATrainingCheckpointIsFound()
    {
        byte[] pickle = PickleImage.Of(image => image.Dictionary(entries =>
        {
            entries.Text("epoch").Integer(3);
            entries.Text("model").Dictionary(inner => inner.Text("w").Tensor("FloatStorage", "0", 6, 0, [6], [1]));
        }));
        using var checkpoint = TorchCheckpoint.Open(_folder.Write("a.pt", TorchImage.Zip(pickle)));
        Assert.That(checkpoint.Tensors.Select(tensor => tensor.Name), Is.EqualTo(new[] { "w" }));
    }

    [Test]
    public void TheFormBeforeZipReads()
    {
        byte[] Value(Action<PickleImage> write) => PickleImage.Of(write);
        using var file = new MemoryStream();
        file.Write(Value(image => image.Raw(0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)));
        file.Write(Value(image => image.Integer(1001)));
        file.Write(Value(image => image.Dictionary(entries => entries.Text("little_endian").Op(PickleOpcode.NEWTRUE))));
        file.Write(Value(image => image.Dictionary(entries => entries.Text("w").Tensor("FloatStorage", "7", 3, 1, [2], [1]))));
        file.Write(Value(image => image.Op(PickleOpcode.EMPTY_LIST).Text("7").Op(PickleOpcode.APPEND)));
        file.Write(BitConverter.GetBytes(3L));
        foreach (float value in (float[])[1, 2, 3])
            file.Write(BitConverter.GetBytes(value));
        using var checkpoint = TorchCheckpoint.Open(_folder.Write("old.bin", file.ToArray()));
        Assert.That(Read(checkpoint, "w"), Is.EqualTo(new float[] { 2, 3 }));
    }

    [TestCase(7, 0, new[] { 6 }, new[] { 1 }, ImportCheck.TensorBounds, TestName = "StorageLongerThanItsEntryIsRefused")]
    [TestCase(6, 1, new[] { 6 }, new[] { 1 }, ImportCheck.TensorBounds, TestName = "TensorPastItsStorageIsRefused")]
    [TestCase(6, 0, new[] { 2, 2 }, new[] { 5, 1 }, ImportCheck.TensorBounds, TestName = "StridePastTheStorageIsRefused")]
    [TestCase(6, 0, new[] { 1000, 6 }, new[] { 0, 1 }, ImportCheck.Shape, TestName = "TensorLargerThanItsStorageIsRefused")]
    [TestCase(6, 0, new[] { -1 }, new[] { 1 }, ImportCheck.Shape, TestName = "NegativeSizeIsRefused")]
    [TestCase(6, 0, new[] { 2 }, new[] { -1 }, ImportCheck.Shape, TestName = "NegativeStrideIsRefused")]
    [TestCase(6, -1, new[] { 2 }, new[] { 1 }, ImportCheck.TensorBounds, TestName = "NegativeOffsetIsRefused")]
    [TestCase(6, 0, new[] { 2, 3 }, new[] { 1 }, ImportCheck.Shape, TestName = "SizesWithoutStridesAreRefused")]
    [TestCase(6, 0, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, new[] { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, ImportCheck.Shape, TestName = "NineDimensionsAreRefused")]
    public void ImpossibleViewsAreRefused(int count, int offset, int[] shape, int[] strides, ImportCheck check) =>
        Refuses(check, TorchImage.Zip(PickleImage.Of(image => image.Dictionary(entries => entries.Text("w").Tensor("FloatStorage", "0", count, offset, shape, strides)))));

    [Test]
    public void UnknownStorageTypesAreRefusedByName() =>
        Assert.That(Refuses(ImportCheck.PickleGlobal, TorchImage.Zip(PickleImage.Of(image => image.Tensor("ComplexFloatStorage", "0", 1, 0, [1], [1])))).Message,
            Does.Contain("torch.ComplexFloatStorage"));

    [Test]
    public void AMissingStorageIsRefused() =>
        Refuses(ImportCheck.MissingEntry, TorchImage.Zip(PickleImage.Of(image => image.Dictionary(entries => entries.Text("w").Tensor("FloatStorage", "9", 1, 0, [1], [1])))));

    [Test]
    public void CompressedEntriesAreRefused() =>
        Refuses(ImportCheck.Compression, TorchImage.Zip([.. TorchImage.Pickle(), .. new byte[1000]], level: CompressionLevel.SmallestSize));

    [Test]
    public void AnArchiveWithoutAPickleIsRefused() => Refuses(ImportCheck.MissingEntry, TorchImage.Archive(CompressionLevel.NoCompression, ("a/b", [1])));

    [Test]
    public void AnArchiveCutShortIsRefused() => Refuses(ImportCheck.Archive, TorchImage.Checkpoint()[..^30]);

    [Test]
    public void AFileOfAnotherKindIsRefused() => Refuses(ImportCheck.Magic, "GGUF and more than that"u8.ToArray());

    [Test]
    public void ACheckpointWithoutTensorsIsRefused() =>
        Refuses(ImportCheck.MissingTensor, TorchImage.Zip(PickleImage.Of(image => image.Dictionary(entries => entries.Text("epoch").Integer(3)))));

    private ImportException Refuses(ImportCheck check, byte[] content)
    {
        var error = Assert.Throws<ImportException>(() => TorchCheckpoint.Open(_folder.Write("bad.pt", content)).Dispose())!;
        Assert.That(error.Check, Is.EqualTo(check), error.Message);
        return error;
    }

    private static float[] Read(Checkpoint checkpoint, string name)
    {
        Assert.That(checkpoint.TryGet(name, out var tensor), Is.True);
        var values = new float[tensor!.ElementCount];
        tensor.ReadRows(0, values);
        return values;
    }
}
