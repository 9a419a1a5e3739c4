using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>info FILE</c>: what a GGUF file says of itself, without loading any weights.</summary>
internal static class InfoCommand
{
    public static int Run(InfoOptions options, Terminal terminal)
    {
        using var file = GgufFile.Open(options.File);
        if (options.Json)
            GgufJson.Write(file, terminal.Output);
        else
            GgufListing.Write(file, terminal.Output);
        return 0;
    }
}
