using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf merge FILE OUT</c>: joins the parts of a split model.</summary>
internal static class GgufMergeCommand
{
    public static int Run(GgufMergeOptions options, Terminal terminal)
    {
        using var progress = new ConsoleProgress(terminal, "merging");
        GgufMerger.Merge(options.File, options.Output, progress, terminal.Interrupted);
        return 0;
    }
}
