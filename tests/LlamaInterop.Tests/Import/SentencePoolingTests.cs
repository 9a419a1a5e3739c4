using System.Text;
using LlamaInterop.Import;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import;

internal sealed class SentencePoolingTests
{
    private const string Modules = """[{"type": "sentence_transformers.models.Transformer", "path": ""}, {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}]""";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("""{"pooling_mode_mean_tokens": true}""", 1)]
    [TestCase("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""", 2)]
    [TestCase("""{"pooling_mode_lasttoken": true}""", 3)]
    [TestCase("""{"pooling_mode": "cls"}""", 2)]
    public void SetsTheKind(string pooling, int expected)
    {
        Write(Modules, pooling);
        Assert.That(Read().SizeOrZero("pooling_type"), Is.EqualTo(expected));
    }

    [Test]
    public void SetsNothingWithoutModules() => Assert.That(Read().Values, Is.Empty);

    [Test]
    public void SetsNothingWithoutAPooling()
    {
        Write("[]", "{}");
        Assert.That(Read().Values, Is.Empty);
    }

    [TestCase("""{"pooling_mode_max_tokens": true}""", Modules, "the pooling is none of mean, cls and lasttoken")]
    [TestCase("{}", "{}", "must be a JSON list")]
    [TestCase("{}", """[{"type": "Pooling", "path": "../elsewhere"}]""", "no folder of the model's")]
    [TestCase("{}", """[{"type": "Pooling", "path": ".."}]""", "no folder of the model's")]
    [TestCase("{}", """[{"type": "Pooling", "path": "2_Pooling"}]""", "no such file")]
    public void RefusesWhatItDoesNotKnow(string pooling, string modules, string reason)
    {
        Write(modules, pooling);
        Assert.That(Read, Throws.InstanceOf<ModelException>().With.Message.StartsWith(_folder.Path).And.Message.Contains(reason));
    }

    private void Write(string modules, string pooling)
    {
        _folder.Write("modules.json", Encoding.UTF8.GetBytes(modules));
        Directory.CreateDirectory(_folder.File("1_Pooling"));
        File.WriteAllText(Path.Combine(_folder.File("1_Pooling"), "config.json"), pooling);
    }

    private HyperParameterWriter Read()
    {
        var keys = new HyperParameterWriter("bert");
        SentencePooling.Set(keys, _folder.Path);
        return keys;
    }
}
