using System.Text;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Output;

namespace LlamaInterop.Cli;

/// <summary>From an argument list to an exit code: 0 done, 1 failed, 2 typed wrongly, 130 interrupted.</summary>
internal static class Dispatcher
{
    private const string ProgramName = "llama-interop";

    public static int Run(IReadOnlyList<Verb> verbs, IReadOnlyList<string> args, Terminal terminal)
    {
        try
        {
            int code = RunVerb(verbs, args, terminal);
            terminal.Output.Flush();
            return code;
        }
        catch (Exception error)
        {
            return ErrorReport.Write(error, terminal.Error, withStack: args.Any(arg => arg is "-v" or "--verbose"));
        }
    }

    private static int RunVerb(IReadOnlyList<Verb> verbs, IReadOnlyList<string> args, Terminal terminal)
    {
        if (args.Count == 0)
        {
            terminal.Error.Write(HelpPrinter.Overview(ProgramName, verbs));
            return 2;
        }
        if (args[0] is "--version")
            return Say(terminal, $"{ProgramName} {typeof(Dispatcher).Assembly.GetName().Version!.ToString(3)}\n");
        if (args[0] is "-h" or "--help" || (args[0] is "help" && args.Count == 1))
            return Say(terminal, HelpPrinter.Overview(ProgramName, verbs));
        if (args[0] is "help")
            return Say(terminal, HelpPrinter.Of(ProgramName, Find(verbs, args[1])));
        var verb = Find(verbs, args[0]);
        return verb.Run([.. args.Skip(1)], terminal) ?? Say(terminal, HelpPrinter.Of(ProgramName, verb));
    }

    private static Verb Find(IReadOnlyList<Verb> verbs, string name) =>
        verbs.FirstOrDefault(verb => verb.Name == name)
        ?? throw new UsageException($"unknown verb '{name}'{NearestName.Hint(name, verbs.Select(verb => verb.Name))}");

    private static int Say(Terminal terminal, string text)
    {
        terminal.Output.Write(Encoding.UTF8.GetBytes(text));
        return 0;
    }
}
