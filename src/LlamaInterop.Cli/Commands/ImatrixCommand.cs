using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>imatrix</c>: computes a model's importance matrix from a text, joins matrices, or shows what one holds.</summary>
internal static class ImatrixCommand
{
    public static int Run(ImatrixFlags flags, Terminal terminal)
    {
        if (flags.Output.Length == 0)
            throw new UsageException("-o, the file to write, is empty");
        OutputFile.RefuseUnwritable(flags.Output);
        ImportanceMatrix[] others = [.. flags.ReadInFiles().Select(ImportanceMatrix.Load)];
        if (flags.ShowStatistics)
            return ShowStatistics(others, terminal);
        if (flags.File is not null)
            return Compute(flags, others, terminal);
        if (others.Length == 0)
            throw new UsageException("-f, the text, is missing, and no --in-file is there to be joined");
        ImportanceMatrix.Merge(others, flags.ChunkLength).Save(flags.Output, flags.FileFormat);
        return 0;
    }

    private static int ShowStatistics(ImportanceMatrix[] matrices, Terminal terminal)
    {
        if (matrices.Length != 1)
            throw new UsageException("--show-statistics needs one --in-file");
        ImportanceTable.Write(matrices[0], terminal.Output);
        return 0;
    }

    private static int Compute(ImatrixFlags flags, ImportanceMatrix[] others, Terminal terminal)
    {
        byte[] text = flags.ReadText();
        ImportanceOptions options = flags.ToOptions();
        string path = ModelPath.Of(flags, terminal);
        if (WholeFile.AreSame(flags.Output, path))
            throw new UsageException($"-o: {flags.Output} is the model itself");
        OutputFile.RefuseSources(flags.Output, flags.File);
        using var loading = new ConsoleProgress(terminal, "loading");
        LlamaModelOptions modelOptions = ImportanceBuilder.Prepare(flags.ToModelOptions(new LoadProgressLine(loading)), options);
        using LlamaModel model = flags.LoadModel(path, modelOptions, terminal);
        loading.Dispose();
        int[] tokens = model.Tokenizer.Encode(text, addSpecial: true, flags.ParseSpecial);
        var builder = new ImportanceBuilder(model, tokens, flags.File!, options, others);
        Resume(builder, flags, terminal);
        using var progress = new ImportanceProgressLine(builder, flags, terminal);
        PerplexityResult? perplexity = builder.Run(progress, terminal.Interrupted);
        progress.Dispose();
        builder.ToMatrix().Save(flags.Output, flags.FileFormat);
        if (perplexity is { Tokens: > 0 })
            PerplexityReport.Write(perplexity, terminal.Output);
        return 0;
    }

    /// <summary>A file that another run left there is taken for what it is only if its settings are the same; else it will be replaced.</summary>
    private static void Resume(ImportanceBuilder builder, ImatrixFlags flags, Terminal terminal)
    {
        if (flags.FileFormat == ImportanceFormat.Dat || !File.Exists(flags.Output))
            return;
        if (builder.TryResume(ImportanceMatrix.Load(flags.Output)))
            terminal.Error.WriteLine($"{flags.Output}: going on after the {builder.ChunksDone} of {builder.ChunkCount} chunks that it has from the same model, text and settings");
        else
            terminal.Error.WriteLine($"{flags.Output}: has another model's, text's or setting's matrix, which will be replaced");
    }
}
