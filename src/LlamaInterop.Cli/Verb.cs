using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli;

/// <summary>One verb of the command line.</summary>
/// <param name="Name">What is typed.</param>
/// <param name="Usage">Its main forms, as the help's first line shows them.</param>
/// <param name="Summary">One line for the list of verbs.</param>
/// <param name="Options">The class that declares its flags.</param>
/// <param name="Run">Parses what follows the verb, does the work, and returns the exit code; null where the help was asked for.</param>
internal sealed record Verb(string Name, string Usage, string Summary, Type Options, Func<IReadOnlyList<string>, Terminal, int?> Run)
{
    /// <summary>The flags that it takes, read from <see cref="Options"/> when first asked for: a run needs those of one verb.</summary>
    public FlagTable Flags => field ??= FlagTable.Of(Options);

    public static Verb Of<TOptions>(string name, string usage, string summary, Func<TOptions, Terminal, int> run)
        where TOptions : VerbOptions, new()
    {
        Verb? verb = null;
        return verb = new(name, usage, summary, typeof(TOptions), (args, terminal) =>
            OptionParser.Parse<TOptions>(verb!.Flags, args) is { } options ? run(options, terminal) : null);
    }
}
