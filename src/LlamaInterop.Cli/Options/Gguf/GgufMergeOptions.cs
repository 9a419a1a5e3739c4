using CommandLine;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>gguf merge</c>.</summary>
internal sealed class GgufMergeOptions : GgufFileOptions
{
    [Value(1, MetaName = "OUT", Required = true, HelpText = "the file to write")]
    public string Output { get; set; } = "";
}
