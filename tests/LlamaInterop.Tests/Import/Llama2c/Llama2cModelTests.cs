using LlamaInterop.Import;
using LlamaInterop.Import.Llama2c;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Meta;

using LlamaInterop.Tests.Import.Torch;

namespace LlamaInterop.Tests.Import.Llama2c;

/// <summary>Models of llama2.c: all versions give the same tensors, and headers that cannot be are refused.</summary>
internal sealed class Llama2cModelTests
{
    private const int Group = 8;

    private readonly TransformerImage _image = new();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [Test]
    public void EveryVersionGivesTheTensors([Values(0, 1, 2)] int version, [Values] bool hasHead)
    {
        byte[] file = version == 0 ? Llama2cImage.First(_image, hasHead) : Llama2cImage.Later(_image, version, hasHead, Group);
        using var model = Llama2cModel.Open(_folder.Write("model.bin", file))!;
        Assert.That(model.Checkpoint.Tensors, Has.Count.EqualTo(_image.Tensors.Count() - (hasHead ? 0 : 1)));
        foreach (var tensor in model.Checkpoint.Tensors)
        {
            var read = new float[tensor.ElementCount];
            tensor.ReadRows(0, read);
            bool rounded = version == 2 && tensor.Shape.Length == 2;
            Assert.That(read, Is.EqualTo(rounded ? Llama2cImage.Rounded(_image[tensor.Name], Group) : _image[tensor.Name]), tensor.Name);
        }
    }

    [Test]
    public void RowsThatShareAGroupReadByThemselves()
    {
        using var model = Llama2cModel.Open(_folder.Write("model.bin", Llama2cImage.Later(_image, 2, hasHead: true, Group)))!;
        const string name = "layers.0.feed_forward.w2.weight";
        Assert.That(model.Checkpoint.TryGet(name, out var tensor), Is.True);
        Assert.That(TransformerImage.HiddenWidth % Group, Is.Not.Zero, "groups lie across rows");
        var row = new float[TransformerImage.HiddenWidth];
        tensor!.ReadRows(3, row);
        Assert.That(row, Is.EqualTo(Llama2cImage.Rounded(_image[name], Group).Skip(3 * row.Length).Take(row.Length)));
    }

    [Test]
    public void ATrainingCheckpointStatesItsParameters()
    {
        byte[] file = TorchImage.Of(_image.Tensors.Select(tensor => ($"_orig_mod.{tensor.Name}", tensor.Shape, tensor.Values)), entries => entries.Text("model_args").Dictionary(
            arguments => arguments.Text("dim").Integer(8).Text("n_layers").Integer(2).Text("n_heads").Integer(4).Text("n_kv_heads").Integer(2).Text("max_seq_len").Integer(16)));
        using var model = Llama2cModel.Open(_folder.Write("ckpt.pt", file))!;
        var planned = model.Map.Resolve("ckpt.pt", model.Checkpoint.Tensors.Select(tensor => tensor.Name));
        Assert.That(planned.Select(tensor => tensor.Name), Does.Contain("blk.1.ffn_down.weight").And.Contain("output.weight"));
        Assert.That(model.Map.Keys.Values.First(key => key.Key == "llama.context_length").Value.ToString(), Is.EqualTo("16"));
    }

    [Test]
    public void ATrainingCheckpointOfAnotherProgramIsOfAnotherFormat() =>
        Assert.That(Llama2cModel.Open(_folder.Write("ckpt.pt", TorchImage.Checkpoint())), Is.Null);

    [TestCase(4, 3, ImportCheck.Version, TestName = "AnUnknownVersionIsRefused")]
    [TestCase(8, 0, ImportCheck.Number, TestName = "AWidthOfZeroIsRefused")]
    [TestCase(8, 1 << 30, ImportCheck.Number, TestName = "AVastWidthIsRefused")]
    [TestCase(20, 3, ImportCheck.Number, TestName = "HeadsThatDoNotShareTheWidthAreRefused")]
    [TestCase(16, 999, ImportCheck.TensorBounds, TestName = "MoreLayersThanTheFileHasAreRefused")]
    public void ImpossibleHeadersAreRefused(int offset, int value, ImportCheck check)
    {
        byte[] file = Llama2cImage.Later(_image, 1, hasHead: true);
        BitConverter.TryWriteBytes(file.AsSpan(offset), value);
        Assert.That(Assert.Throws<ImportException>(() => Llama2cModel.Open(_folder.Write("model.bin", file)))!.Check, Is.EqualTo(check));
    }

    [Test]
    public void GroupsThatDoNotDivideRowsAreRefused() =>
        Assert.That(Assert.Throws<ImportException>(() => Llama2cModel.Open(_folder.Write("model.bin", Llama2cImage.Later(_image, 2, true, 3))))!.Check, Is.EqualTo(ImportCheck.Number));

    [Test]
    public void AFirstFormOfAnotherLengthIsOfAnotherFormat() =>
        Assert.That(Llama2cModel.Open(_folder.Write("model.bin", [.. Llama2cImage.First(_image, true), 0])), Is.Null);

    [Test]
    public void EveryMutantReadsOrIsRefused()
    {
        byte[][] whole = [Llama2cImage.Later(_image, 1, true), Llama2cImage.Later(_image, 2, true, Group)];
        var outcomes = MutationRun.Run(20_26_13, "mutant.bin", random => MutationRun.Damage(whole[random.Next(2)][..(random.Next(4) == 0 ? ^0 : 300)], random), OpenAndRead);
        Assert.That(outcomes, Does.ContainKey("TensorBounds"));
    }

    private static void OpenAndRead(string path)
    {
        using var checkpoint = Llama2cCheckpoint.Open(path);
        foreach (var tensor in checkpoint?.Tensors ?? [])
            tensor.ReadRows(0, new float[tensor.ElementCount]);
    }
}
