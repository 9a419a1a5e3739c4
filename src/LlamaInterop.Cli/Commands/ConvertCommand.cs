using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>convert DIR|FILE</c>: a model of another format as a GGUF file, which appears only when whole.</summary>
internal static class ConvertCommand
{
    public static int Run(ConvertFlags flags, Terminal terminal)
    {
        if (flags.NoVocab && flags.VocabOnly)
            throw new UsageException("--no-vocab and --vocab-only leave nothing to convert");
        if (flags.Output?.Length == 0)
            throw new UsageException("-o, the file to write, is empty");
        if (flags.SplitMaxTensors is < 1)
            throw new UsageException($"--split-max-tensors: {flags.SplitMaxTensors} is below 1");
        if (flags.Threads < 0)
            throw new UsageException($"--threads: {flags.Threads} is below 0");
        ConvertReport report;
        using (var progress = new ConsoleProgress(terminal, "converting"))
            report = Converter.Run(flags.Source, flags.Output, flags.ToOptions(), progress, terminal.Interrupted);
        foreach (string warning in report.Warnings)
            terminal.Error.WriteLine($"warning: {warning}");
        ConvertListing.Write(report, withTensors: flags.DryRun || flags.Verbose, terminal.Output);
        return 0;
    }
}
