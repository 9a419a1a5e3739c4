using System.Globalization;
using System.Text;
using CommandLine;

namespace LlamaInterop.Cli.Arguments;

/// <summary>Writes the help: sections of flags in two columns, 80 characters wide.</summary>
internal static class HelpPrinter
{
    private const int Width = 80;
    private const int TextColumn = 30;

    /// <summary>The list of verbs.</summary>
    public static string Overview(string program, IEnumerable<Verb> verbs)
    {
        var help = new StringBuilder($"usage: {program} VERB [FLAGS]\n\nverbs:\n");
        foreach (var verb in verbs)
            AppendRow(help, verb.Name, verb.Summary, column: 18);
        return help.Append($"\n`{program} VERB -h` lists a verb's flags.\n").ToString();
    }

    /// <summary>One verb's flags with their defaults.</summary>
    public static string Of(string program, Verb verb)
    {
        var help = new StringBuilder($"{$"usage: {program} {verb.Name} {verb.Usage}".TrimEnd()}\n");
        help.Append($"\n  {char.ToUpperInvariant(verb.Summary[0])}{verb.Summary[1..]}.\n");
        if (verb.Flags.Positionals.Count > 0)
            help.Append('\n');
        foreach (var (_, value) in verb.Flags.Positionals)
            AppendRow(help, value.MetaName, value.HelpText, TextColumn);
        foreach (var section in verb.Flags.All.GroupBy(flag => flag.Extra.Section))
        {
            help.Append($"\n{section.Key}:\n");
            foreach (var flag in section)
                AppendRow(help, Signature(flag), Describe(flag), TextColumn);
        }
        return help.ToString();
    }

    private static string Signature(Flag flag)
    {
        string spellings = string.Join(", ", flag.Spellings);
        string value = flag.IsSwitch ? "" : " " + flag.Option.MetaValue;
        string opposites = flag.Extra.Opposites.Length > 0 ? $" ({string.Join(", ", flag.Extra.Opposites)})" : "";
        return spellings + value + opposites;
    }

    private static string Describe(Flag flag)
    {
        string choices = flag.Extra.Choices.Length > 0 && !flag.Option.MetaValue.Contains('|') ? $": {string.Join(", ", flag.Extra.Choices)}" : "";
        string? fallback = flag.Extra.DefaultText ?? DefaultOf(flag.Option);
        return $"{flag.Option.HelpText}{choices}{(fallback is null ? "" : $" (default: {fallback})")}";
    }

    private static string? DefaultOf(OptionAttribute option) => option.Default switch
    {
        null => null,
        var value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A row whose left part ends before <paramref name="column"/>, or stands on a line of its own.</summary>
    private static void AppendRow(StringBuilder help, string left, string text, int column)
    {
        help.Append("  ").Append(left);
        bool fits = left.Length + 4 <= column;
        help.Append(fits ? "" : "\n").Append(' ', fits ? column - left.Length - 2 : column);
        help.AppendJoin("\n" + new string(' ', column), Wrap(text, Width - column)).Append('\n');
    }

    private static IEnumerable<string> Wrap(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }
        yield return line;
    }
}
