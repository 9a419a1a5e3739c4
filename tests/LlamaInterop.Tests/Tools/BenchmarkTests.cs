using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class BenchmarkTests
{
    private static readonly int[] s_prompts = [0, 512];
    private static readonly int[] s_generated = [128];
    private static readonly int[] s_depths = [0, 64];
    private static readonly (int, int)[] s_both = [(512, 128)];
    private static readonly string[] s_names = ["pp512", "pp512 @ d64", "tg128", "tg128 @ d64", "pp512+tg128", "pp512+tg128 @ d64"];

    private readonly TinyModel _tiny = new();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    [TestCase(40, 0, 0)]
    [TestCase(0, 5, 0)]
    [TestCase(40, 0, 70)]
    [TestCase(0, 5, 70)]
    public void RunsATestSoManyTimes(int prompt, int generated, int depth)
    {
        using LlamaModel model = _tiny.Load();
        BenchmarkResult result = new Benchmark(model.Runner).Measure(new(prompt, generated, depth), repetitions: 3);
        Assert.That(result.TokensPerSecond, Has.Count.EqualTo(3).And.All.GreaterThan(0));
    }

    [Test]
    public void TheLogitsDependNeitherOnThreadsNorOnTheWayToThem()
    {
        BenchmarkTest prefilled = new(40, 0, 0), decoded = new(0, 40, 0), divided = new(0, 10, 30);
        ulong[] hashes = [Hash(prefilled, 1), Hash(prefilled, 2), Hash(decoded, 1), Hash(divided, 3)];
        Assert.That(hashes, Is.All.EqualTo(hashes[0]));
        Assert.That(Hash(new BenchmarkTest(41, 0, 0), 1), Is.Not.EqualTo(hashes[0]));
    }

    [Test]
    public void GivesBackTheCache()
    {
        using LlamaModel model = _tiny.Load();
        var benchmark = new Benchmark(model.Runner);
        BenchmarkTest full = new(TinyModel.Shape.Context, 0, 0);
        ulong[] hashes = [benchmark.Measure(full, repetitions: 2).LogitsHash, benchmark.Measure(full, repetitions: 2).LogitsHash];
        Assert.That(hashes[1], Is.EqualTo(hashes[0]));
    }

    [Test]
    public void EndsWhenCancelled()
    {
        using LlamaModel model = _tiny.Load();
        var benchmark = new Benchmark(model.Runner, new CancellationToken(true));
        Assert.That(() => benchmark.Measure(new(8, 0, 0), repetitions: 1), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void RefusesLogitsThatAreNotFinite()
    {
        using LlamaModel model = _tiny.Load();
        model.Runner.Run(OneToken(model.Runner));
        model.Runner.Logits(0)[7] = float.NaN;
        Assert.That(() => Benchmark.Hash(model.Runner.Logits(0)), Throws.TypeOf<ModelException>().With.Message.Contains("not finite"));
    }

    [Test]
    public void CombinesSizesLikeLlamaBench() =>
        Assert.That(BenchmarkTest.Combine(s_prompts, s_generated, s_both, s_depths).Select(test => test.ToString()), Is.EqualTo(s_names));

    // (1 + 2 + 6) / 3 = 3; deviations 2, 1, 3: (4 + 1 + 9) / 2 = 7.
    [Test]
    public void SumsUpItsSamples()
    {
        var odd = new BenchmarkResult(default, [6, 1, 2], 0, default);
        Assert.That((odd.Mean, odd.Median, odd.Deviation), Is.EqualTo((3.0, 2.0, Math.Sqrt(7))));
        var even = new BenchmarkResult(default, [6, 1, 2, 4], 0, default);
        Assert.That(even.Median, Is.EqualTo(3.0));
        Assert.That(new BenchmarkResult(default, [5], 0, default).Deviation, Is.Zero);
    }

    [Test]
    public void CountsOpsAndPhasesOfALayer()
    {
        using LlamaModel model = _tiny.Load();
        BatchClass batchClass = model.Runner.ClassOf(1);
        var shape = ProgramShape.Of(batchClass, TinyModel.Shape.Layers);
        Assert.That((shape.Tokens, shape.Ops, shape.Phases), Is.EqualTo((1, batchClass.Graph.Ops.Count, batchClass.Phases)));
        Assert.That(shape.OpsPerLayer * TinyModel.Shape.Layers, Is.LessThan(shape.Ops));
        Assert.That(shape.PhasesPerLayer * TinyModel.Shape.Layers, Is.LessThanOrEqualTo(shape.Phases));
        Assert.That(shape.BarriersPerLayer, Is.EqualTo(5.5), "q, k, v; attention; output; gate and up; down; and once, of two layers, the first norm, which runs beside the table of angles");
        Assert.That(shape.OpsPerLayer, Is.GreaterThanOrEqualTo(12), "seven matrices, two norms, attention, the gate, the cache");
    }

    [Test]
    public void ProfilesOpsOfAllLayersTogether()
    {
        using LlamaModel model = _tiny.Load();
        BatchClass batchClass = model.Runner.ClassOf(1);
        long[] times = [.. batchClass.Graph.Ops.Select(op => op.Name.EndsWith(".ffn_down", StringComparison.Ordinal) ? 1000L : 1L)];
        IReadOnlyList<OpProfile> ops = OpProfile.Of(batchClass, times);
        Assert.That((ops[0].Name, ops[0].Opcode, ops[0].Nanoseconds), Is.EqualTo(("ffn_down", "MAT_MUL", 1000L * TinyModel.Shape.Layers)));
        Assert.That(ops.Sum(op => op.Share), Is.EqualTo(1).Within(1e-9));
        Assert.That(ops.Select(op => op.Name), Has.None.Contains("blk"));
    }

    [Test]
    public void MeasuresWhatMemoryGives()
    {
        using LlamaModel model = _tiny.Load();
        Assert.That(model.Runner.MeasureReadRate(), Is.InRange(1e6, 1e13));
    }

    private ulong Hash(BenchmarkTest test, int threads)
    {
        using LlamaModel model = _tiny.Load(threads);
        return new Benchmark(model.Runner).Measure(test, repetitions: 1).LogitsHash;
    }

    private static Batch OneToken(ModelRunner runner)
    {
        Batch batch = runner.NewBatch();
        batch.Add(batch.AddSequence(new Sequence(runner.Cache)), token: 1, wantsLogits: true);
        return batch;
    }
}
