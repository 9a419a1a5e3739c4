using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufEditorTests
{
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void SetsAddsAndRemovesKeysAndKeepsTheRest()
    {
        string path = Written("edited.gguf");
        using var before = GgufFile.Open(path);
        GgufEditor.Edit(path, path, [new("general.name", GgufValue.From("other")), new("new.key", GgufValue.FromArray([1, 2]))], ["general.file_type"]);
        using var after = GgufFile.Open(path);
        Assert.That(after.Metadata.Select(pair => pair.Key), Is.EqualTo(before.Metadata.Select(pair => pair.Key).Where(key => key != "general.file_type").Append("new.key")));
        Assert.That((after.Metadata.GetString("general.name"), after.Metadata.GetInt32Array("new.key")), Is.EqualTo(("other", new[] { 1, 2 })));
        foreach (var tensor in before.Tensors)
            Assert.That(after.TensorSpan(after.GetTensor(tensor.Name)).SequenceEqual(before.TensorSpan(tensor)), tensor.Name);
    }

    [Test]
    public void EveryKindOfValueSurvives()
    {
        string path = _folder.File("every.gguf");
        GgufSamples.EveryType().Write(path);
        byte[] before = File.ReadAllBytes(path);
        GgufEditor.Edit(path, path, []);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
    }

    [Test]
    public void OfASplitModelTheFirstPartIsWritten()
    {
        var parts = GgufSamples.Split();
        for (int i = 0; i < parts.Length; i++)
            parts[i].Write(_folder.File(GgufSamples.PartName(i + 1)));
        GgufEditor.Edit(_folder.File(GgufSamples.PartName(1)), _folder.File(GgufSamples.PartName(1)), [new("general.name", GgufValue.From("split"))]);
        using var file = GgufFile.Open(_folder.File(GgufSamples.PartName(1)));
        Assert.That((file.Parts.Count, file.Tensors.Count, file.Metadata.GetString("general.name")), Is.EqualTo((3, 12, "split")));
    }

    [Test]
    public void RefusesToRemoveWhatIsNotThere() =>
        Assert.That(() => GgufEditor.Edit(Written("absent.gguf"), _folder.File("out.gguf"), [], ["no.key"]),
            Throws.TypeOf<GgufException>().With.Property("Check").EqualTo(GgufCheck.Missing).And.Message.Contains("'no.key'"));

    [Test]
    public void AWrongAlignmentLeavesTheFileAsItWas()
    {
        string path = Written("alignment.gguf");
        byte[] before = File.ReadAllBytes(path);
        Assert.That(() => GgufEditor.Edit(path, path, [new("general.alignment", GgufValue.From(3u))]), Throws.ArgumentException);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(before));
    }

    private string Written(string name)
    {
        GgufSamples.Llama().Write(_folder.File(name));
        return _folder.File(name);
    }
}
