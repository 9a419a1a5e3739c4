using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>info</c>.</summary>
internal sealed class InfoOptions : VerbOptions
{
    [Value(0, MetaName = "FILE", Required = true, HelpText = "the GGUF file; of a split one, its first part")]
    public string File { get; set; } = "";

    [Option("json", HelpText = "write one JSON object, arrays in full")]
    [Flag("Output")]
    public bool Json { get; set; }
}
