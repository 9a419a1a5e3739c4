using System.Globalization;
using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>bench</c>: how fast a model prefills and decodes, measured as llama-bench does.</summary>
internal static class BenchCommand
{
    public static int Run(BenchOptions options, Terminal terminal)
    {
        var plan = options.ReadPlan();
        var threads = options.ReadThreads();
        var synthetic = options.ReadSynthetic();
        if (options.Html is "")
            throw new UsageException("--html, the file to write, is empty");
        LlamaModelOptions[] loads = [.. threads.Select(count => options.ToModelOptions(count, plan.Tests.Max(test => test.ContextSize)))];
        RefuseBeforeWork(options, loads);
        using var temporary = Make(synthetic, options.Write, terminal);
        string path = temporary?.Path ?? options.Write ?? ModelPath.Of(options, terminal);
        var described = BenchmarkedModel.Of(path);
        var sessions = new List<BenchmarkSession>();
        foreach (LlamaModelOptions load in loads)
        {
            using LlamaModel model = LlamaModel.Load(path, load, terminal.Interrupted);
            if (options.Html is not null)
                OutputFile.RefuseSources(options.Html, model.Files);
            terminal.Error.WriteLine($"device: {model.Device}; memory {model.Memory}");
            sessions.Add(BenchmarkSession.Run(model, plan, result => terminal.Error.WriteLine(Progress(result)), terminal.Interrupted));
        }
        if (options.Output == "md")
            BenchTable.Write(described, sessions, BenchRecord.ActivationsOf(options), terminal.Output);
        else
            BenchRecords.Write([.. sessions.SelectMany(session => session.Results.Select(result => new BenchRecord(described, session, result, options)))], options.Output, terminal.Output);
        if (options.Html is not null)
            WholeFile.Write(options.Html, stream => stream.Write(Encoding.UTF8.GetBytes(BenchPage.Of(described, sessions))));
        return 0;
    }

    /// <summary>Refuses what could not run, or be written, before a file is written or a model is fetched.</summary>
    private static void RefuseBeforeWork(BenchOptions options, IEnumerable<LlamaModelOptions> loads)
    {
        if (options.Html is not null)
        {
            OutputFile.RefuseUnwritable(options.Html);
            OutputFile.RefuseSources(options.Html, options.Write);
        }
        if (options.Write is not null)
            OutputFile.RefuseUnwritable(options.Write);
        foreach (LlamaModelOptions load in loads)
            BackendSelection.Require(load.Backend, load.Threads, load.Placement);
    }

    /// <summary>Writes the model of random weights: to the file that was named, or to a temporary one.</summary>
    private static TemporaryModel? Make(SyntheticModel? synthetic, string? file, Terminal terminal)
    {
        if (synthetic is null)
            return null;
        terminal.Error.WriteLine($"making {synthetic.Name}: {ByteSize.Format(synthetic.ByteLength)} of random weights");
        if (file is null)
            return TemporaryModel.Create(synthetic, terminal.Interrupted);
        synthetic.Write(file, terminal.Interrupted);
        return null;
    }

    private static string Progress(BenchmarkResult result) =>
        string.Create(CultureInfo.InvariantCulture, $"{result.Test}: {result.Median:F2} tokens a second");
}
