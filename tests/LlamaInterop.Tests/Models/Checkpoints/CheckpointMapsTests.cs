using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Models.Checkpoints;

internal sealed class CheckpointMapsTests
{
    [Test]
    public void HoldsNoClassTwice() => Assert.That(CheckpointMaps.Known, Is.Unique.And.All.Not.Empty);

    [Test]
    public void AnswersForEveryClassByAMapOrByWhatIsMissing([ValueSource(typeof(CheckpointMaps), nameof(CheckpointMaps.Known))] string name) => Assert.That(
        () => CheckpointMaps.Of(Parse($$"""{"architectures": ["{{name}}"]}""")), Throws.InstanceOf<ModelException>().With.Message.StartsWith("c.json: ").And.Message.Not.Contains("not an architecture"));

    [TestCase("""{"architectures": ["MarianMTModel"], "model_type": "marian"}""", "c.json: MarianMTModel (marian) is not an architecture that runs here")]
    [TestCase("""{"architectures": ["llamaforcausallm"]}""", "c.json: llamaforcausallm is not an architecture that runs here")]
    [TestCase("""{"model_type": "clip"}""", "c.json: clip is not an architecture that runs here")]
    public void RefusesOthersByName(string json, string message) =>
        Assert.That(() => CheckpointMaps.Of(Parse(json)), Throws.InstanceOf<ModelException>().With.Message.EqualTo(message));

    private static ModelConfig Parse(string json) => ModelConfig.Parse("c.json", Encoding.UTF8.GetBytes(json));
}
