using CommandLine;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of the verbs that read one GGUF file.</summary>
internal class GgufFileOptions : VerbOptions
{
    [Value(0, MetaName = "FILE", Required = true, HelpText = "the GGUF file; of a split one, its first part")]
    public string File { get; set; } = "";
}
