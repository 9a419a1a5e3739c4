using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class BatchedBenchmarkTests
{
    private static readonly int[] s_prompts = [0, 8];
    private static readonly int[] s_generated = [0, 4];
    private static readonly int[] s_sequences = [1, 2];

    private readonly TinyModel _tiny = new();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    [TestCase(40, 5, 3, false, false)]
    [TestCase(40, 0, 3, false, false)]
    [TestCase(0, 5, 3, false, false)]
    [TestCase(40, 5, 3, true, false)]
    [TestCase(40, 5, 3, false, true)]
    [TestCase(40, 5, 1, true, true)]
    public void CountsTheTokensOfBothParts(int prompt, int generated, int sequences, bool isPromptShared, bool isDecodeSeparate)
    {
        using LlamaModel model = Load(batchSize: 32, maxSequences: 4);
        var test = new BatchedTest(prompt, generated, sequences, isPromptShared, isDecodeSeparate);
        BatchedResult result = new BatchedBenchmark(model.Runner).Measure(test);
        Assert.That(result.PrefillRate * result.PrefillSeconds, Is.EqualTo(prompt * (isPromptShared ? 1 : sequences)).Within(1e-6));
        Assert.That(result.DecodeRate * result.DecodeSeconds, Is.EqualTo(generated * sequences).Within(1e-6));
        Assert.That(result.Test.Tokens, Is.EqualTo((prompt * (isPromptShared ? 1 : sequences)) + (generated * sequences)));
    }

    [Test]
    public void CompanyChangesNothing()
    {
        using LlamaModel model = Load(batchSize: 32, maxSequences: 16);
        var benchmark = new BatchedBenchmark(model.Runner);
        benchmark.WarmUp();
        BatchedTest[] tests = [new(40, 5, 1), new(40, 5, 2), new(40, 5, 16), new(40, 5, 16, IsPromptShared: true), new(40, 5, 3, IsDecodeSeparate: true), new(45, 0, 4)];
        Assert.That(tests.Select(test => benchmark.Measure(test).LogitsHash).Distinct().Count(), Is.EqualTo(1));
        Assert.That(benchmark.Measure(new(40, 4, 2)).LogitsHash, Is.Not.EqualTo(benchmark.Measure(tests[0]).LogitsHash));
    }

    [Test]
    public void GivesBackTheCache()
    {
        using LlamaModel model = Load(batchSize: 32, maxSequences: 2);
        var benchmark = new BatchedBenchmark(model.Runner);
        var full = new BatchedTest(TinyModel.Shape.Context - 4, 4, 2);
        ulong[] hashes = [benchmark.Measure(full).LogitsHash, benchmark.Measure(full).LogitsHash];
        Assert.That(hashes[1], Is.EqualTo(hashes[0]));
    }

    [Test]
    public void EndsWhenCancelled()
    {
        using LlamaModel model = Load(batchSize: 32, maxSequences: 2);
        var benchmark = new BatchedBenchmark(model.Runner, new CancellationToken(true));
        Assert.That(() => benchmark.Measure(new(8, 1, 2)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void CombinesSizesLikeLlamaBatchedBench() =>
        Assert.That(
            BatchedTest.Combine(s_prompts, s_generated, s_sequences, isPromptShared: false, isDecodeSeparate: false).Select(test => (test.Prompt, test.Generated, test.Sequences)),
            Is.EqualTo(new[] { (0, 4, 1), (0, 4, 2), (8, 0, 1), (8, 0, 2), (8, 4, 1), (8, 4, 2) }));

    private LlamaModel Load(int batchSize, int maxSequences) =>
        LlamaModel.Load(_tiny.Path, new LlamaModelOptions { Threads = 2, BatchSize = batchSize, MaxSequences = maxSequences });
}
