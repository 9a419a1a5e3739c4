using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Native;
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

    [TestCase(0, LkWindowKind.SLIDING, true, 0, 16, ExpectedResult = 8.5, Description = "1 to 16")]
    [TestCase(0, LkWindowKind.SLIDING, true, 8, 4, ExpectedResult = 10.5, Description = "9 to 12")]
    [TestCase(3, LkWindowKind.SLIDING, true, 0, 4, ExpectedResult = 2.25, Description = "1, 2, 3, 3")]
    [TestCase(3, LkWindowKind.SLIDING, true, 8, 4, ExpectedResult = 3)]
    [TestCase(4, LkWindowKind.CHUNKED, true, 2, 4, ExpectedResult = 2.5, Description = "3, 4, 1, 2")]
    [TestCase(0, LkWindowKind.SLIDING, false, 0, 16, ExpectedResult = 16)]
    [TestCase(2, LkWindowKind.SYMMETRIC, false, 0, 4, ExpectedResult = 2.5, Description = "2, 3, 3, 2")]
    public double AttentionMultipliesWithThePositionsThatItSees(int window, LkWindowKind kind, bool isCausal, int depth, int tokens)
    {
        const int Heads = 4, KvHeads = 2, KeyWidth = 16, ValueWidth = 8;
        Tensor Cache(string name, int width) => new(name, TensorKind.Cache, LkType.F16, [width, 32, KvHeads, 4]);
        Tensor Host(string name, params ReadOnlySpan<long> dims) => new(name, TensorKind.Input, LkType.I32, dims);
        Graph graph = GraphSamples.NewGraph();
        var cache = new CacheTensors(Cache("k", KeyWidth), Cache("v", ValueWidth), Host("slots", GraphSamples.Tokens), Host("table", 4, 4, 1), Host("counts", 1));
        var options = new AttentionOptions(Heads, KvHeads, Scale: 1, Window: window, Causal: isCausal, WindowKind: kind);
        foreach (string layer in (string[])["first", "second"])
            graph.Attention(layer, GraphSamples.Input("q", Heads * KeyWidth), cache, Host("rows", 2, GraphSamples.Tokens), options);
        return BytesRead.AttentionMultiplyAddsPerToken(graph, depth, tokens) / (2 * Heads * (KeyWidth + ValueWidth));
    }
}
