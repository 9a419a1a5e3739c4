using LlamaInterop.Cli.Output;
using LlamaInterop.Cli.Text;
using LlamaInterop.Gguf;
using Flags = LlamaInterop.Cli.Options.GgufSplitOptions;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf split FILE [PREFIX]</c>: divides a model into parts.</summary>
internal static class GgufSplitCommand
{
    private const int DefaultTensors = 128;
    private const string Extension = ".gguf";

    public static int Run(Flags options, Terminal terminal)
    {
        long? bytes = options.MaxSize is null ? null : DecimalSize.Parse("--max-size", options.MaxSize);
        if (options.MaxTensors is < 1)
            throw new UsageException($"--max-tensors: {options.MaxTensors} is below 1");
        var limits = new GgufSplitOptions
        {
            MaxBytes = bytes,
            MaxTensors = options.MaxTensors ?? (bytes is null ? DefaultTensors : null),
            MetadataAlone = options.MetadataAlone,
        };
        if (options.DryRun)
            return Describe(options.File, limits, terminal);
        using var progress = new ConsoleProgress(terminal, "splitting");
        foreach (string path in GgufSplitter.Split(options.File, PrefixOf(options), limits, progress, terminal.Interrupted))
            terminal.WriteLine(path);
        return 0;
    }

    private static string PrefixOf(Flags options) => options.Prefix.Length > 0 ? options.Prefix
        : options.File.EndsWith(Extension, StringComparison.Ordinal) ? options.File[..^Extension.Length]
        : options.File;

    private static int Describe(string path, GgufSplitOptions limits, Terminal terminal)
    {
        using var file = GgufFile.Open(path);
        var plan = GgufSplitter.Plan(file, limits);
        for (int i = 0; i < plan.Count; i++)
            terminal.WriteLine($"part {i + 1} of {plan.Count}: {plan[i].Count} tensors, {ByteSize.Format(plan[i].Sum(tensor => tensor.ByteLength))}");
        return 0;
    }
}
