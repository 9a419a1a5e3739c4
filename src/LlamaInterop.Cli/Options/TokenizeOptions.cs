using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>tokenize</c>.</summary>
internal sealed class TokenizeOptions : ModelOptions
{
    private const string Section = "Text";

    [Option('p', "prompt", MetaValue = "TEXT", HelpText = "the text")]
    [Flag(Section)]
    public string? Prompt { get; set; }

    [Option('f', "file", MetaValue = "FILE", HelpText = "read the text from a file, every byte of it")]
    [Flag(Section)]
    public string? File { get; set; }

    [Option("jsonl", HelpText = "read {\"text\": ...} or {\"hex\": ...} (UTF-8 bytes) from each line of stdin, write an array of ids for each")]
    [Flag(Section)]
    public bool JsonLines { get; set; }

    [Option("json", HelpText = "write one array of ids, not a line for each token")]
    [Flag(Section)]
    public bool Json { get; set; }

    [Option("no-bos", HelpText = "add no special tokens, whatever the file says")]
    [Flag(Section)]
    public bool NoBos { get; set; }

    [Option("parse-special", HelpText = "read <|name|> and the like as special tokens")]
    [Flag(Section)]
    public bool ParseSpecial { get; set; }
}
