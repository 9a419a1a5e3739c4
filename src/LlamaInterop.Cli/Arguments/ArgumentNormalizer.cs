using System.Globalization;

namespace LlamaInterop.Cli.Arguments;

/// <summary>
/// Reads a command line the way llama.cpp does, ahead of CommandLineParser: short flags of several letters, <c>_</c>
/// for <c>-</c>, other spellings, and values that begin with dashes or blanks.
/// </summary>
internal static class ArgumentNormalizer
{
    /// <summary>What was typed, by flag: a list's values in order, of other flags the last value, none for switches.</summary>
    public static NormalizedArguments Normalize(FlagTable table, IReadOnlyList<string> args)
    {
        var result = new NormalizedArguments();
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] == "--")
            {
                result.Positionals.AddRange(args.Skip(i + 1));
                break;
            }
            if (args[i] is "-" || !args[i].StartsWith('-') || IsNumber(args[i]))
                result.Positionals.Add(args[i]);
            else
                ReadFlag(table, args, ref i, result);
        }
        return result;
    }

    /// <summary>No flag's spelling is a number.</summary>
    private static bool IsNumber(string argument) => double.TryParse(argument, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void ReadFlag(FlagTable table, IReadOnlyList<string> args, ref int index, NormalizedArguments result)
    {
        var (spelling, glued) = Split(args[index]);
        if (!table.TryFind(spelling, out var flag, out bool isOpposite))
            throw new UsageException($"unknown flag {spelling}{NearestName.Hint(spelling, table.Spellings)}");
        if (flag.IsSwitch)
        {
            if (glued is not null)
                throw new UsageException($"{spelling} takes no value");
            if (isOpposite)
                result.Remove(flag);
            else
                result.Set(flag, "");
            return;
        }
        string value = glued ?? TakeValue(flag, spelling, args, ref index);
        CheckChoice(flag, spelling, value);
        if (flag.Extra.Once && result.ValueOf(flag.Name) is { } before)
            throw new UsageException($"{spelling}: '{value}' comes after '{before}', and only one is taken");
        if (flag.IsList)
            result.Add(flag, value);
        else
            result.Set(flag, value);
    }

    /// <summary>Divides <c>--name=value</c>, and spells the name with dashes throughout.</summary>
    private static (string Spelling, string? Value) Split(string argument)
    {
        if (!argument.StartsWith("--"))
            return (argument, null);
        int equals = argument.IndexOf('=');
        string name = equals < 0 ? argument : argument[..equals];
        return (name.Replace('_', '-'), equals < 0 ? null : argument[(equals + 1)..]);
    }

    private static string TakeValue(Flag flag, string spelling, IReadOnlyList<string> args, ref int index)
    {
        bool hasNext = index + 1 < args.Count;
        if (flag.Extra.Implied is { } implied)
            return hasNext && !args[index + 1].StartsWith('-') ? args[++index] : implied;
        return hasNext ? args[++index] : throw new UsageException($"{spelling} needs a value ({flag.Option.MetaValue})");
    }

    private static void CheckChoice(Flag flag, string spelling, string value)
    {
        if (flag.Extra.Choices.Length > 0 && !flag.Extra.Choices.Contains(value))
            throw new UsageException($"{spelling}: '{value}' is not one of {string.Join(", ", flag.Extra.Choices)}");
    }
}
