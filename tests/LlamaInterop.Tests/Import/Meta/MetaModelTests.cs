using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Import.Meta;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Import.Torch;

namespace LlamaInterop.Tests.Import.Meta;

/// <summary>Checkpoints as Meta distributes them, in one part and in several.</summary>
internal sealed class MetaModelTests
{
    private readonly TransformerImage _image = new();
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCase(1, false)]
    [TestCase(2, false)]
    [TestCase(2, true)]
    public void PartsGiveTheWholeModel(int parts, bool tableByRows)
    {
        Write(parts, tableByRows, TransformerImage.Parameters());
        using var model = MetaModel.Open(_folder.Path)!;
        foreach (var (name, shape, values) in _image.Tensors)
        {
            Assert.That(model.Checkpoint.TryGet(name, out var tensor), Is.True, name);
            Assert.That(tensor!.Shape, Is.EqualTo(shape), name);
            var read = new float[values.Length];
            tensor.ReadRows(0, read);
            Assert.That(read, Is.EqualTo(values), name);
        }
        Assert.That(model.Warnings, Is.Empty);
    }

    [Test]
    public void RowsOfJoinedColumnsReadByThemselves()
    {
        Write(2, tableByRows: false, TransformerImage.Parameters());
        using var model = MetaModel.Open(_folder.Path)!;
        Assert.That(model.Checkpoint.TryGet("layers.1.feed_forward.w2.weight", out var tensor), Is.True);
        var row = new float[TransformerImage.HiddenWidth];
        tensor!.ReadRows(3, row);
        Assert.That(row, Is.EqualTo(_image["layers.1.feed_forward.w2.weight"].Skip(3 * row.Length).Take(row.Length)));
    }

    [Test]
    public void HyperParametersComeFromParametersAndShapes()
    {
        Write(1, false, TransformerImage.Parameters());
        using var model = MetaModel.Open(_folder.File("consolidated.00.pth"))!;
        var keys = model.Map.Keys.Values.ToDictionary(key => key.Key, key => key.Value.ToString());
        Assert.That(keys["llama.feed_forward_length"], Is.EqualTo("12"));
        Assert.That(keys["llama.attention.head_count_kv"], Is.EqualTo("2"));
        Assert.That(keys["llama.context_length"], Is.EqualTo("4096"), "Llama 2's, by its norm_eps");
        Assert.That(keys["llama.rope.dimension_count"], Is.EqualTo("2"));
    }

    [TestCase("-1")]
    [TestCase("32000")]
    public void AMismatchedVocabularyIsRepairedWithAWarning(string stated)
    {
        Write(1, false, TransformerImage.Parameters(stated));
        using var model = MetaModel.Open(_folder.Path)!;
        Assert.That(model.Warnings, Has.Count.EqualTo(1));
        Assert.That(model.Warnings[0], Does.Contain($"vocab_size is {stated}").And.Contain("10 rows"));
        Assert.That(model.Map.Keys.Values.First(key => key.Key == "llama.vocab_size").Value.ToString(), Is.EqualTo("10"));
    }

    [Test]
    public void AMissingPartIsRefused()
    {
        Write(2, false, TransformerImage.Parameters());
        File.Move(_folder.File("consolidated.00.pth"), _folder.File("consolidated.02.pth"));
        Assert.That(() => MetaModel.Open(_folder.Path), Throws.TypeOf<ImportException>().With.Message.Contains("consolidated.00.pth is missing"));
    }

    [Test]
    public void PartsOfDifferentModelsAreRefused()
    {
        Write(2, false, TransformerImage.Parameters());
        _folder.Write("consolidated.01.pth", TorchImage.Of(_image.Part(1, 2, false).Where(tensor => tensor.Name != "norm.weight")));
        Assert.That(() => MetaModel.Open(_folder.Path), Throws.TypeOf<ImportException>().With.Message.Contains("norm.weight"));
    }

    [TestCase("[1]", "object")]
    [TestCase("{\"dim\": 8,", "")]
    [TestCase("{\"dim\": 8, \"dim\": 9}", "")]
    public void MalformedParametersAreRefused(string parameters, string reason)
    {
        Write(1, false, parameters);
        var error = Assert.Throws<ImportException>(() => MetaModel.Open(_folder.Path))!;
        Assert.That(error.Check, Is.EqualTo(ImportCheck.Json));
        Assert.That(error.Message, Does.Contain("params.json").And.Contain(reason));
    }

    [Test]
    public void AWidthThatTheTensorsContradictIsRefused()
    {
        Write(1, false, TransformerImage.Parameters().Replace("\"dim\": 8", "\"dim\": 16", StringComparison.Ordinal));
        Assert.That(Assert.Throws<ImportException>(() => MetaModel.Open(_folder.Path))!.Check, Is.EqualTo(ImportCheck.Shape));
    }

    [Test]
    public void AFolderWithoutParametersIsOfAnotherFormat() => Assert.That(MetaModel.Open(_folder.Path), Is.Null);

    private void Write(int parts, bool tableByRows, string parameters)
    {
        for (int i = 0; i < parts; i++)
            _folder.Write($"consolidated.{i:D2}.pth", TorchImage.Of(parts == 1 ? _image.Tensors : _image.Part(i, parts, tableByRows)));
        _folder.Write("params.json", Encoding.UTF8.GetBytes(parameters));
    }
}
