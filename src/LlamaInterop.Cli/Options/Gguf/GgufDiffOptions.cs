using CommandLine;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>gguf diff</c>.</summary>
internal sealed class GgufDiffOptions : VerbOptions
{
    [Value(0, MetaName = "A", Required = true, HelpText = "a GGUF file")]
    public string First { get; set; } = "";

    [Value(1, MetaName = "B", Required = true, HelpText = "the one to compare it with")]
    public string Second { get; set; } = "";
}
