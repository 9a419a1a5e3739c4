using CommandLine;
using LlamaInterop.Cli.Arguments;

namespace LlamaInterop.Cli.Options;

/// <summary>What every verb takes.</summary>
internal abstract class VerbOptions
{
    private const string Section = "Help";

    [Option('h', "help", HelpText = "this text")]
    [Flag(Section, Aliases = ["--usage"])]
    public bool Help { get; set; }

    [Option('v', "verbose", HelpText = "say more on stderr; errors come with their stack")]
    [Flag(Section)]
    public bool Verbose { get; set; }
}
