using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

internal sealed class ModelConfigTests
{
    [Test]
    public void ReadsTheFirstNameThatIsThere()
    {
        ModelConfig config = Parse("""{"n_embd": 8, "hidden_size": null, "dim": 9}""");
        Assert.That(config.Int("hidden_size", "n_embd", "dim"), Is.EqualTo(8));
        Assert.That(config.IntOr(3, "hidden_size"), Is.EqualTo(3), "a null is a missing key");
        Assert.That(config.Has("hidden_size"), Is.False);
    }

    [Test]
    public void PutsThePartsOwnSectionFirst()
    {
        ModelConfig config = Parse("""{"architectures": ["A"], "model_type": "whole", "hidden_size": 1, "x": 2, "text_config": {"model_type": "part", "hidden_size": 4}}""");
        Assert.That((config.Int("hidden_size"), config.Int("x")), Is.EqualTo((4, 2)));
        Assert.That((config.Class, config.Family), Is.EqualTo(("A", "whole")));
    }

    [TestCase("""{"architectures": null, "model_type": "x"}""", "x")]
    [TestCase("""{"architectures": [], "model_type": "x"}""", "x")]
    [TestCase("""{"architectures": ["A", "B"]}""", "A")]
    public void KnowsItsClass(string json, string expected) => Assert.That(Parse(json).Class, Is.EqualTo(expected));

    [Test]
    public void TakesAByteOrderMark() => Assert.That(ModelConfig.Parse("c.json", [0xEF, 0xBB, 0xBF, .. "{}"u8]).Has("a"), Is.False);

    [TestCase("""{"a": "8"}""", "a must be a whole number of at least 1, but is \"8\"")]
    [TestCase("""{"a": 0}""", "a must be a whole number of at least 1, but is 0")]
    [TestCase("""{"a": -3}""", "a must be a whole number of at least 1, but is -3")]
    [TestCase("""{"a": 1.5}""", "a must be a whole number of at least 1, but is 1.5")]
    [TestCase("""{"a": 1e99}""", "a must be a whole number of at least 1, but is 1e99")]
    [TestCase("""{"a": [1]}""", "a must be a whole number of at least 1, but is a list")]
    [TestCase("{}", "a is missing")]
    public void RefusesWrongSizes(string json, string reason) => Refuses(() => Parse(json).Int("a"), reason);

    [Test]
    public void NamesTheSectionInErrors()
    {
        ModelConfig config = Parse("""{"rope": {"factor": "big", "list": [1, "x"], "inner": 3}, "flag": 1, "text": 2}""");
        ModelConfig section = config.Section("rope")!;
        Refuses(() => section.Float("factor"), "rope.factor must be a finite number, but is \"big\"");
        Refuses(() => section.Floats("list"), "rope.list must be a finite number, but is \"x\"");
        Refuses(() => section.Section("inner"), "rope.inner must be an object, but is 3");
        Refuses(() => config.BoolOr(true, "flag"), "flag must be true or false, but is 1");
        Refuses(() => config.StringOrNull("text"), "text must be a string, but is 2");
        Refuses(() => config.Ints("text"), "text must be a list, but is 2");
    }

    [TestCase("", "")]
    [TestCase("[1]", "must be a JSON object, but is a list")]
    [TestCase("{\"a\": }", "")]
    [TestCase("{\"architectures\": \"A\"}", "architectures is missing; it names the model's class")]
    public void RefusesWhatIsNoConfiguration(string json, string reason) =>
        Assert.That(() => Parse(json).Class, Throws.InstanceOf<ModelException>().With.Message.StartsWith("c.json: ").And.Message.Contains(reason).And.Message.Not.Contains("\n"));

    [Test]
    public void RefusesDepthsWithoutEnd() =>
        Assert.That(() => Parse(new string('[', 100_000)), Throws.InstanceOf<ModelException>().With.Message.StartsWith("c.json: "));

    [Test]
    public void RefusesAMissingFile() =>
        Assert.That(() => ModelConfig.Load("/nowhere/config.json"), Throws.InstanceOf<ModelException>().With.Message.StartsWith("/nowhere/config.json: "));

    private static void Refuses(Func<object?> read, string reason) => Assert.That(() => read(), Throws.InstanceOf<ModelException>().With.Message.EqualTo($"c.json: {reason}"));

    private static ModelConfig Parse(string json) => ModelConfig.Parse("c.json", Encoding.UTF8.GetBytes(json));
}
