using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>batched-bench</c>: how fast sequences run together, measured as llama-batched-bench does.</summary>
internal static class BatchedBenchCommand
{
    public static int Run(BatchedBenchOptions flags, Terminal terminal)
    {
        IReadOnlyList<BatchedTest> asked = flags.ReadTests();
        foreach (BatchedTest test in asked.Where(test => !flags.HasRoom(test)))
            terminal.Error.WriteLine($"-c {flags.ContextSize} has no room for {test.Sequences} sequences of {test.Length} tokens, which are left out");
        List<BatchedTest> tests = [.. asked.Where(flags.HasRoom)];
        LlamaModelOptions options = flags.ToModelOptions(progress: null) with
        {
            ContextSize = tests.Max(test => test.Length),
            MaxSequences = tests.Max(test => test.Sequences),
            OutputRows = tests.Max(test => test.Sequences),
            WaitsForHugePages = true,
        };
        using LlamaModel model = flags.LoadModel(ModelPath.Of(flags, terminal), options, terminal);
        model.RequireLogits();
        var benchmark = new BatchedBenchmark(model.Runner, terminal.Interrupted);
        benchmark.WarmUp();
        var report = new BatchedBenchReport(flags, model.ThreadCount, tests.Max(test => test.Tokens), terminal.Output);
        report.Begin();
        foreach (BatchedTest test in tests)
            report.Add(benchmark.Measure(test));
        return 0;
    }
}
