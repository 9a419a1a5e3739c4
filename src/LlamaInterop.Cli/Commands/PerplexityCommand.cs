using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Cli.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>perplexity</c>: how well a model foretells a text, how far its probabilities are from a base model's, how it does at tasks.</summary>
internal static class PerplexityCommand
{
    public static int Run(PerplexityFlags flags, Terminal terminal)
    {
        if (flags.ReadTaskKind() is { } kind)
            return Solve(flags, kind, terminal);
        if (flags.KlDivergence)
            return Compare(flags, terminal);
        byte[] text = flags.ReadText();
        PerplexityOptions chunks = flags.ToChunks();
        bool isTable = flags.ReadIsTable();
        using LlamaModel model = Load(flags, chunks, terminal);
        if (flags.BaseFile is not null)
            OutputFile.RefuseSources(flags.BaseFile, [.. model.Files, flags.File]);
        int[] tokens = model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
        using var progress = new RunningEstimate(terminal, isTable);
        PerplexityResult result = flags.BaseFile is null
            ? Perplexity.Measure(model, tokens, chunks, progress, terminal.Interrupted)
            : KlDivergence.SaveBase(model, tokens, flags.BaseFile, chunks, progress, terminal.Interrupted);
        progress.Dispose();
        if (flags.Json)
            PerplexityReport.WriteJson(result, terminal.Output);
        else
            PerplexityReport.Write(result, terminal.Output);
        return 0;
    }

    private static int Compare(PerplexityFlags flags, Terminal terminal)
    {
        string file = flags.BaseFile ?? throw new UsageException("--kl-divergence-base, the base model's file, is missing");
        using LlamaModel model = Load(flags, new() { ContextSize = KlDivergence.ContextSizeOf(file) }, terminal);
        using var progress = new DivergenceTable(terminal);
        KlDivergenceResult result = KlDivergence.Measure(model, file, progress, terminal.Interrupted);
        progress.Dispose();
        if (flags.Json)
            DivergenceReport.WriteJson(result, terminal.Output);
        else
            DivergenceReport.Write(result, terminal.Output);
        return 0;
    }

    private static int Solve(PerplexityFlags flags, ChoiceTaskKind kind, Terminal terminal)
    {
        string path = flags.BinaryFile ?? flags.File ?? throw new UsageException("-f (or -bf), the file of tasks, is missing");
        IReadOnlyList<ChoiceTask> tasks = ChoiceTasks.Read(path, TextFile.ReadBytes(path), kind, flags.TaskCount(kind));
        using var loading = new ConsoleProgress(terminal, "loading");
        LlamaModelOptions options = flags.ToModelOptions(new LoadProgressLine(loading)) with { ContextSize = flags.ChunkLength };
        using LlamaModel model = flags.LoadModel(ModelPath.Of(flags, terminal), ChoiceTasks.Prepare(options), terminal);
        loading.Dispose();
        using var progress = new ChoiceProgressLine(tasks.Count, terminal);
        ChoiceResult result = ChoiceTasks.Measure(model, tasks, kind, progress, terminal.Interrupted);
        progress.Dispose();
        ChoiceReport.Write(result, kind, flags.Json, terminal.Output);
        return 0;
    }

    private static LlamaModel Load(PerplexityFlags flags, PerplexityOptions chunks, Terminal terminal)
    {
        using var loading = new ConsoleProgress(terminal, "loading");
        LlamaModelOptions options = flags.ToModelOptions(new LoadProgressLine(loading));
        return flags.LoadModel(ModelPath.Of(flags, terminal), Perplexity.Prepare(options, chunks), terminal);
    }
}
