using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli;

/// <summary>One verb of the command line.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Usage">Its main forms, as the help's first line shows them.</param>
/// <param name="Summary">One line for the list of verbs.</param>
/// <param name="Flags">The flags that it takes.</param>
/// <param name="Run">Parses what follows the verb, does the work, and returns the exit code; null where the help was asked for.</param>
internal sealed record Verb(string Name, string Usage, string Summary, FlagTable Flags, Func<IReadOnlyList<string>, Terminal, int?> Run)
{
    public static Verb Of<TOptions>(string name, string usage, string summary, Func<TOptions, Terminal, int> run)
        where TOptions : VerbOptions, new()
    {
        var flags = FlagTable.Of(typeof(TOptions));
        return new(name, usage, summary, flags, (args, terminal) =>
            OptionParser.Parse<TOptions>(flags, args) is { } options ? run(options, terminal) : null);
    }
}
