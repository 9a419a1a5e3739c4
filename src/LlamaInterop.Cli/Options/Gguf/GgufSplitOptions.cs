using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>gguf split</c>.</summary>
internal sealed class GgufSplitOptions : GgufFileOptions
{
    private const string Section = "Parts";

    [Value(1, MetaName = "PREFIX", HelpText = "the parts' names without -00001-of-00003.gguf; the file's name when left out")]
    public string Prefix { get; set; } = "";

    [Option("max-size", MetaValue = "N(M|G)", HelpText = "megabytes or gigabytes (10^6, 10^9 bytes) of tensors that a part holds at most")]
    [Flag(Section, Aliases = ["--split-max-size"])]
    public string? MaxSize { get; set; }

    [Option("max-tensors", MetaValue = "N", HelpText = "tensors that a part holds at most")]
    [Flag(Section, Aliases = ["--split-max-tensors"], DefaultText = "128 without --max-size")]
    public int? MaxTensors { get; set; }

    [Option("no-tensor-first-split", HelpText = "leave the first part without tensors")]
    [Flag(Section)]
    public bool MetadataAlone { get; set; }

    [Option("dry-run", HelpText = "say what would be written")]
    [Flag(Section)]
    public bool DryRun { get; set; }
}
