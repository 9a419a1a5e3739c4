using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufOverrideTests
{
    [TestCase("a.b=int:-5", GgufValueType.Int64, "-5")]
    [TestCase("a.b=float:1e-5", GgufValueType.Float64, "1E-05")]
    [TestCase("a.b=bool:true", GgufValueType.Bool, "true")]
    [TestCase("a.b=bool:false", GgufValueType.Bool, "false")]
    [TestCase("a.b=str:", GgufValueType.String, "")]
    [TestCase("a.b=str:x:y=z", GgufValueType.String, "x:y=z")]
    public void ReadsEachType(string text, GgufValueType type, string value)
    {
        var (key, parsed) = GgufOverride.Parse(text);
        Assert.That(key, Is.EqualTo("a.b"));
        Assert.That(parsed.Type, Is.EqualTo(type));
        Assert.That(parsed.ToString(), Is.EqualTo(value));
    }

    [TestCase(""), TestCase("key"), TestCase("=int:1"), TestCase("key=1"), TestCase("key:int=1")]
    public void RefusesOtherForms(string text) =>
        Assert.That(() => GgufOverride.Parse(text), Throws.InstanceOf<FormatException>().With.Message.Contains("KEY=TYPE:VALUE"));

    [TestCase("k=int:1.5"), TestCase("k=int:"), TestCase("k=int:9223372036854775808"), TestCase("k=float:x"), TestCase("k=bool:1"), TestCase("k=u32:1")]
    public void RefusesValuesThatDoNotFitTheirType(string text) =>
        Assert.That(() => GgufOverride.Parse(text), Throws.InstanceOf<FormatException>().With.Message.StartsWith($"'{text}': "));

    [Test]
    public void TakeEffectWhenAFileIsOpened()
    {
        using var folder = new TemporaryFolder();
        GgufSamples.Llama().Write(folder.File("a.gguf"));
        var options = new GgufOpenOptions { Overrides = [GgufOverride.Parse("llama.context_length=int:4096")] };
        using var file = GgufFile.Open(folder.File("a.gguf"), options);
        Assert.That(file.Metadata.GetInt32("llama.context_length"), Is.EqualTo(4096));
    }
}
