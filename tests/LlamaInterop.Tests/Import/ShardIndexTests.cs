using LlamaInterop.Import;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import;

internal sealed class ShardIndexTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void ReadsEachFileOnce()
    {
        string index = _folder.Write("i.json", """{"weight_map": {"a": "2.safetensors", "b": "1.safetensors", "c": "2.safetensors"}}"""u8);
        Assert.That(ShardIndex.PartsOf(index), Is.EqualTo(new[] { _folder.File("1.safetensors"), _folder.File("2.safetensors") }));
    }

    [TestCase("[]", "has no weight_map")]
    [TestCase("{}", "has no weight_map")]
    [TestCase("{\"weight_map\": [1]}", "has no weight_map")]
    [TestCase("{\"weight_map\": {\"a\": 1}}", "the file of tensor 'a' is no string")]
    [TestCase("{\"weight_map\": {\"a\": \"../secret\"}}", "'../secret' is no file of its folder")]
    [TestCase("{\"weight_map\": {\"a\": \"/etc/passwd\"}}", "'/etc/passwd' is no file of its folder")]
    [TestCase("{\"weight_map\": {\"a\": \"..\"}}", "'..' is no file of its folder")]
    [TestCase("{\"weight_map\": {\"a\": \"\"}}", "'' is no file of its folder")]
    [TestCase("{\"weight_map\": {\"a\": \"b\\\\c\"}}", "'b\\c' is no file of its folder")]
    [TestCase("{", "")]
    public void RefusesAMalformedIndex(string json, string reason)
    {
        string index = _folder.Write("i.json", System.Text.Encoding.UTF8.GetBytes(json));
        Assert.That(() => ShardIndex.PartsOf(index), Throws.InstanceOf<ImportException>().With.Message.StartsWith(index + ": ").And.Message.Contains(reason));
    }

    [Test]
    public void FindsThePartsBesideOne()
    {
        string[] parts = [.. Enumerable.Range(1, 3).Select(i => _folder.Write($"m-{i:D5}-of-00003.bin", [1]))];
        Assert.That(ShardIndex.PartsBeside(parts[1]), Is.EqualTo(parts));
        File.Delete(parts[0]);
        Assert.That(() => ShardIndex.PartsBeside(parts[1]), Throws.InstanceOf<ImportException>().With.Message.EqualTo($"{parts[1]}: is one of 3 parts, but m-00001-of-00003.bin is missing"));
    }

    [TestCase("model.bin", "model")]
    [TestCase("m-00001-of-00002.bin", "m")]
    [TestCase("m-00003-of-00002.bin", "m-00003-of-00002")]
    [TestCase("m-00000-of-00002.bin", "m-00000-of-00002")]
    [TestCase("m-0001-of-00002.bin", "m-0001-of-00002")]
    [TestCase("m-00001-of-99999.bin", "m-00001-of-99999")]
    [TestCase("m-abcde-of-00002.bin", "m-abcde-of-00002")]
    public void TakesTheNumberOffAName(string name, string stem) => Assert.That(ShardIndex.StemOf(name), Is.EqualTo(stem));
}
