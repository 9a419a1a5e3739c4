using System.Globalization;
using CommandLine;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli.Arguments;

/// <summary>Fills a verb's options from its arguments: the normalizer reads them, CommandLineParser converts numbers.</summary>
internal static class OptionParser
{
    /// <summary>The options, or null when the help was asked for.</summary>
    /// <exception cref="UsageException">A flag is unknown, lacks its value, or has one that it cannot take.</exception>
    public static TOptions? Parse<TOptions>(FlagTable table, IReadOnlyList<string> args) where TOptions : VerbOptions, new()
    {
        var arguments = ArgumentNormalizer.Normalize(table, args);
        if (arguments.Has("help"))
            return null;
        CheckPositionals(table, arguments.Positionals);
        // Without numbers CommandLineParser has nothing to do, for which it takes longer than a small file takes to quantize.
        bool hasNumbers = table.HasNumbers || arguments.Typed.Any(IsNumber);
        TOptions options = hasNumbers ? ConvertNumbers<TOptions>(table, arguments) : new();
        SetTexts(options, table, arguments);
        return options;
    }

    private static bool IsNumber(Flag flag) => !flag.IsText && !flag.IsSwitch;

    private static TOptions ConvertNumbers<TOptions>(FlagTable table, NormalizedArguments arguments)
    {
        using var parser = new Parser(settings =>
        {
            settings.ParsingCulture = CultureInfo.InvariantCulture;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
            settings.HelpWriter = null;
        });
        var result = parser.ParseArguments<TOptions>(ToTokens(arguments));
        return result.Errors.FirstOrDefault() is { } error ? throw Explain(error, table, arguments) : result.Value;
    }

    /// <summary>The numbers as <c>--name=value</c>, after a token in the place of each argument without a flag, some of which must be there.</summary>
    private static IEnumerable<string> ToTokens(NormalizedArguments arguments)
    {
        foreach (string _ in arguments.Positionals)
            yield return "0";
        foreach (var (flag, values) in arguments.Flags)
        {
            if (IsNumber(flag))
                yield return $"--{flag.Name}={CheckNumber(flag, values[^1])}";
        }
    }

    /// <summary>CommandLineParser refuses texts that begin with a blank or hold a line break, so none passes through it.</summary>
    private static void SetTexts(object options, FlagTable table, NormalizedArguments arguments)
    {
        foreach (var (flag, values) in arguments.Flags)
        {
            if (flag.IsSwitch)
                flag.Property.SetValue(options, true);
            else if (flag.IsText)
                flag.Property.SetValue(options, flag.IsList ? values.ToArray() : values[^1]);
        }
        for (int i = 0; i < arguments.Positionals.Count; i++)
            table.Positionals[i].Property.SetValue(options, arguments.Positionals[i]);
    }

    private static void CheckPositionals(FlagTable table, List<string> positionals)
    {
        if (positionals.Count > table.Positionals.Count)
            throw new UsageException($"unexpected argument '{positionals[table.Positionals.Count]}'");
        for (int i = 0; i < table.Positionals.Count; i++)
        {
            ValueAttribute value = table.Positionals[i].Value;
            if (value.Required && (i >= positionals.Count || positionals[i].Length == 0))
                throw new UsageException($"{value.MetaName} is missing");
        }
    }

    private static string CheckNumber(Flag flag, string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAny(" \r\n\t") ? value : throw NotANumber(flag, value);

    private static UsageException Explain(Error error, FlagTable table, NormalizedArguments arguments)
    {
        if (error is BadFormatConversionError { NameInfo.LongName: var name } && table.TryFind("--" + name, out var flag, out _))
            return NotANumber(flag, arguments.ValueOf(name) ?? "");
        return new($"the arguments cannot be read ({error.Tag})");
    }

    private static UsageException NotANumber(Flag flag, string value)
    {
        bool isWhole = flag.Property.PropertyType == typeof(int) || flag.Property.PropertyType == typeof(long);
        return new($"--{flag.Name}: '{value}' is not a {(isWhole ? "whole " : "")}number in range");
    }
}
