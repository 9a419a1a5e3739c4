using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf check FILE</c>: whether the file is sound: its header, and every element of its tensors.</summary>
internal static class GgufCheckCommand
{
    public static int Run(GgufFileOptions options, Terminal terminal)
    {
        using var file = GgufFile.Open(options.File);
        GgufContentReport report;
        using (var progress = new ConsoleProgress(terminal, "checking"))
            report = GgufContentCheck.Run(file, progress, terminal.Interrupted);
        foreach (var fault in report.Faults)
            terminal.WriteLine(GgufListing.Printable($"{fault.Tensor}: {fault.NotNumbers} NaN, {fault.Infinite} infinite, the first is element {fault.First}"));
        foreach (string tensor in report.Unread)
            terminal.WriteLine(GgufListing.Printable($"{tensor}: holds no weights, not looked into"));
        if (report.Faults.Count > 0)
            terminal.Error.WriteLine($"error: {options.File}: {report.Faults.Count} of {report.Tensors} tensors have elements that are not finite");
        else
            terminal.WriteLine($"{options.File}: {file.Metadata.Count} keys and {report.Tensors} tensors are sound");
        return report.Faults.Count > 0 ? 1 : 0;
    }
}
