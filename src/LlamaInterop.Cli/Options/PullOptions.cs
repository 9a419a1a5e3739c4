using CommandLine;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>pull</c>.</summary>
internal sealed class PullOptions : DownloadFlags
{
    [Value(0, MetaName = "MODEL", Required = true, HelpText = "hf.co/ORG/REPO or ORG/REPO, with :QUANT for a quantization other than Q4_K_M")]
    public string Model { get; set; } = "";
}
