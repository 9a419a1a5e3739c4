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
            return Say(terminal, HelpPrinter.Of(ProgramName, Find(verbs, [.. args.Skip(1)], out _)));
        if (args.Count == 2 && args[1] is "-h" or "--help" && IsGroup(verbs, args[0]))
            return Say(terminal, HelpPrinter.Overview(ProgramName, [.. verbs.Where(verb => IsOf(verb, args[0]))]));
        var verb = Find(verbs, args, out int words);
        return verb.Run([.. args.Skip(words)], terminal) ?? Say(terminal, HelpPrinter.Of(ProgramName, verb));
    }

    /// <summary>The verb that the first words name: one word, or two of a group such as <c>gguf split</c>.</summary>
    private static Verb Find(IReadOnlyList<Verb> verbs, IReadOnlyList<string> args, out int words)
    {
        bool isGroup = IsGroup(verbs, args[0]);
        if (isGroup && (args.Count == 1 || args[1].StartsWith('-')))
            throw new UsageException($"{args[0]} what? {string.Join(", ", verbs.Where(verb => IsOf(verb, args[0])).Select(verb => verb.Name))}");
        words = isGroup ? 2 : 1;
        string typed = string.Join(' ', args.Take(words));
        return verbs.FirstOrDefault(verb => verb.Name == typed)
            ?? throw new UsageException($"unknown verb '{typed}'{NearestName.Hint(typed, verbs.Select(verb => verb.Name))}");
    }

    private static bool IsGroup(IReadOnlyList<Verb> verbs, string word) => verbs.Any(verb => IsOf(verb, word));

    private static bool IsOf(Verb verb, string group) => verb.Name.StartsWith(group + " ", StringComparison.Ordinal);

    private static int Say(Terminal terminal, string text)
    {
        terminal.Output.Write(Encoding.UTF8.GetBytes(text));
        return 0;
    }
}
