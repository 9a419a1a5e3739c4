using LlamaInterop.Compute;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Tools;

/// <summary>What is measured in a session.</summary>
/// <param name="Tests">At least one.</param>
/// <param name="Repetitions">Of each test.</param>
/// <param name="Profile">Whether each test runs once more with its ops timed.</param>
internal readonly record struct BenchmarkPlan(IReadOnlyList<BenchmarkTest> Tests, int Repetitions, bool Profile);

/// <summary>A model's measurements with one number of threads.</summary>
/// <param name="Backend">"cpu".</param>
/// <param name="Processor">The processor's or device's name.</param>
/// <param name="Isa">Its instruction set that the kernels use.</param>
/// <param name="Threads">Threads that computed.</param>
/// <param name="BytesPerToken">Bytes of weights that decoding a token reads.</param>
/// <param name="MultiplyAddsPerToken">Products of weights and activations that a prefilled token takes in the layers.</param>
/// <param name="ExpertBytes">Bytes of experts' weights that decoding a token reads, and of all of them; both 0 for a dense model.</param>
/// <param name="Results">Of the tests in order.</param>
/// <param name="Programs">Of the batch classes that the tests' largest steps ran in.</param>
/// <param name="Profiles">Of the tests in order, where asked for.</param>
internal sealed record BenchmarkSession(
    string Backend, string Processor, string Isa, int Threads, long BytesPerToken, long MultiplyAddsPerToken, (long Read, long All) ExpertBytes,
    IReadOnlyList<BenchmarkResult> Results, IReadOnlyList<ProgramShape> Programs, IReadOnlyList<(BenchmarkTest Test, IReadOnlyList<OpProfile> Ops)> Profiles)
{
    /// <summary>Bytes of weights a second of a test of decoding; null where there is prefill, which reading does not limit.</summary>
    public double? BytesPerSecond(BenchmarkResult result) => result.Test.Prompt == 0 ? result.Median * BytesPerToken : null;

    /// <summary>What <see cref="BytesPerSecond"/> is of what the memory gives.</summary>
    public double? ShareOfBandwidth(BenchmarkResult result) => BytesPerSecond(result) / result.ReadBandwidth;

    /// <summary>Bytes of weights a second that so many threads read from end to end beside the tests, the mean.</summary>
    public double ReadBandwidth => Results.Average(result => result.ReadBandwidth);

    /// <summary>Measures a loaded model.</summary>
    /// <param name="model">Loaded with a context that the tests fit into, and used by nobody else meanwhile.</param>
    /// <param name="plan">What to measure.</param>
    /// <param name="finished">Told each test's result when it is there.</param>
    /// <param name="cancellation">Ends the measurement after the step that is running.</param>
    /// <exception cref="ModelException">The model is an encoder, or the logits are not finite, or differ from one repetition to the next.</exception>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static BenchmarkSession Run(LlamaModel model, BenchmarkPlan plan, Action<BenchmarkResult> finished, CancellationToken cancellation = default)
    {
        model.RequireLogits();
        BackendInfo device = model.Backend.Describe();
        var benchmark = new Benchmark(model.Runner, cancellation);
        var results = new List<BenchmarkResult>();
        Graph graph = model.Runner.ClassOf(1).Graph;
        foreach (BenchmarkTest test in plan.Tests)
        {
            long before = model.Runner.MeasureReadRate();
            BenchmarkResult result = benchmark.Measure(test, plan.Repetitions);
            results.Add(result with
            {
                ReadBandwidth = (before + model.Runner.MeasureReadRate()) / 2.0,
                AttentionMultiplyAddsPerToken = BytesRead.AttentionMultiplyAddsPerToken(graph, test.Depth, test.Tokens),
            });
            finished(results[^1]);
        }
        IEnumerable<int> steps = plan.Tests.Select(test => StepTokens(model, test)).Distinct();
        return new BenchmarkSession(
            device.Kind.ToString().ToLowerInvariant(), device.Name, device.Isa, device.ThreadCount, model.BytesPerToken,
            BytesRead.MultiplyAddsPerToken(graph), model.Runner.ExpertBytes, results,
            [.. steps.Select(tokens => ProgramShape.Of(model.Runner.ClassOf(tokens), model.Runner.Model.Parameters.Layers))],
            plan.Profile ? [.. plan.Tests.Select(test => (test, Profile(model, benchmark, test)))] : []);
    }

    /// <summary>Two more runs of a test with every op timed, which slows them a little.</summary>
    private static IReadOnlyList<OpProfile> Profile(LlamaModel model, Benchmark benchmark, BenchmarkTest test)
    {
        model.Runner.StartProfile();
        benchmark.Measure(test, repetitions: 1);
        int tokens = StepTokens(model, test);
        return OpProfile.Of(model.Runner.ClassOf(tokens), model.Runner.ProfileOf(tokens));
    }

    /// <summary>Tokens of a test's largest step.</summary>
    private static int StepTokens(LlamaModel model, BenchmarkTest test) => Math.Clamp(test.Prompt, 1, model.Runner.Options.BatchSize);
}
