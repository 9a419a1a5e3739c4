using LlamaInterop.Gguf;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Compute;

internal sealed class BytesReadTests
{
    [Test]
    public void TokenReadsAllWeightsButTheOtherRowsOfTheTable()
    {
        using var runner = new TinyRunner(TinyModels.Wide(GgufTensorType.Q8_0));
        long table = runner.File.GetTensor("token_embd.weight").ByteLength;
        Assert.That(runner.Runner.BytesPerToken, Is.EqualTo(runner.Runner.Estimate.Weights - table + (table / TinyVocabulary.Count)));
    }

    [Test]
    public void TiedTableIsReadWholeByTheOutputAndOneRowMore()
    {
        using var runner = new TinyRunner(new TinyModel { Tied = true });
        long table = runner.File.GetTensor("token_embd.weight").ByteLength;
        Assert.That(runner.Runner.BytesPerToken, Is.EqualTo(runner.Runner.Estimate.Weights + (table / TinyVocabulary.Count)));
    }
}
