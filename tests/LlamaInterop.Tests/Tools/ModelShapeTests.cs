using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class ModelShapeTests
{
    private static IEnumerable<ModelShape> Shapes => ModelShape.All;

    // The published models' own counts, and for "small" 12 layers of 4 * 768^2 + 3 * 768 * 2048, two tables, 25 norms.
    [TestCase("llama-1.1b", 1_100_048_384)]
    [TestCase("llama-7b", 6_738_415_616)]
    [TestCase("smollm2-135m", 134_515_008)]
    [TestCase("small", (12 * ((4L * 768 * 768) + (3L * 768 * 2048))) + (2L * 768 * 32000) + (25 * 768))]
    // 32 layers of attention, a router and 40 experts; a table of 49152 that is the head too; 65 norms.
    [TestCase("moe-3b-a1b", (32 * ((2L * 1536 * 1536) + (2L * 1536 * 512) + (1536L * 40) + (40L * 3 * 1536 * 512))) + (1536L * 49152) + (65 * 1536))]
    public void HasTheParametersOfItsModel(string name, long count) =>
        Assert.That(SyntheticModel.Parse(name + ":f16").ParameterCount, Is.EqualTo(count));

    [TestCaseSource(nameof(Shapes))]
    public void DividesIntoHeads(ModelShape shape) =>
        Assert.That((shape.Width % shape.Heads, shape.Heads % shape.KvHeads, shape.Width / shape.Heads % 2), Is.EqualTo((0, 0, 0)));

    [TestCaseSource(nameof(Shapes))]
    public void HasRoomForTheFixedTokens(ModelShape shape) =>
        Assert.That(shape.Vocabulary, Is.GreaterThanOrEqualTo(SyntheticVocabulary.FixedTokens));

    [Test]
    public void NamesAreDistinct() => Assert.That(ModelShape.All.Select(shape => shape.Name), Is.Unique);
}
