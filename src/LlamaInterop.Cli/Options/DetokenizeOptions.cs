using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>detokenize</c>.</summary>
internal sealed class DetokenizeOptions : ModelOptions
{
    private const string Section = "Tokens";

    [Option("tokens", MetaValue = "1,2,3", HelpText = "the token ids")]
    [Flag(Section, Aliases = ["-p", "--prompt"])]
    public string? Tokens { get; set; }

    [Option('f', "file", MetaValue = "FILE", HelpText = "read the ids from a file")]
    [Flag(Section)]
    public string? File { get; set; }

    [Option("jsonl", HelpText = "read an array of ids from each line of stdin, write {\"text\": ..., \"hex\": ...} for each")]
    [Flag(Section)]
    public bool JsonLines { get; set; }

    [Option("json", HelpText = "write one such object, not the bytes themselves")]
    [Flag(Section)]
    public bool Json { get; set; }
}
