using System.Globalization;
using CommandLine;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Cli.Arguments;

/// <summary>Fills a verb's options from its arguments: the normalizer reads them, CommandLineParser converts them.</summary>
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
        var texts = new List<string>();
        using var parser = new Parser(settings =>
        {
            settings.ParsingCulture = CultureInfo.InvariantCulture;
            settings.AutoHelp = false;
            settings.AutoVersion = false;
            settings.AllowMultiInstance = true;
            settings.HelpWriter = null;
        });
        var result = parser.ParseArguments<TOptions>(ToTokens(arguments, texts));
        if (result.Errors.FirstOrDefault() is { } error)
            throw Explain(error, table, arguments);
        RestoreTexts(result.Value, table, arguments, texts);
        return result.Value;
    }

    /// <summary>
    /// The arguments as <c>--name=value</c>. CommandLineParser refuses values that begin with a blank or hold a line
    /// break, so each text travels as its index in <paramref name="texts"/>.
    /// </summary>
    private static IEnumerable<string> ToTokens(NormalizedArguments arguments, List<string> texts)
    {
        foreach (string positional in arguments.Positionals)
            yield return IndexOf(positional, texts);
        foreach (var (flag, values) in arguments.Flags)
        {
            foreach (string value in values)
                yield return flag.IsSwitch ? $"--{flag.Name}" : $"--{flag.Name}={(flag.IsText ? IndexOf(value, texts) : CheckNumber(flag, value))}";
        }
    }

    private static void CheckPositionals(FlagTable table, List<string> positionals)
    {
        if (positionals.Count > table.Positionals.Count)
            throw new UsageException($"unexpected argument '{positionals[table.Positionals.Count]}'");
        foreach (var (positional, typed) in table.Positionals.Zip(positionals.Concat(Enumerable.Repeat("", table.Positionals.Count))))
        {
            if (positional.Value.Required && typed.Length == 0)
                throw new UsageException($"{positional.Value.MetaName} is missing");
        }
    }

    private static string IndexOf(string text, List<string> texts)
    {
        texts.Add(text);
        return (texts.Count - 1).ToString(CultureInfo.InvariantCulture);
    }

    private static string CheckNumber(Flag flag, string value) =>
        value.Length > 0 && !value.AsSpan().ContainsAny(" \r\n\t") ? value : throw NotANumber(flag, value);

    private static void RestoreTexts(object options, FlagTable table, NormalizedArguments arguments, List<string> texts)
    {
        string Restored(string index) => texts[int.Parse(index, CultureInfo.InvariantCulture)];
        foreach (var (flag, _) in arguments.Flags.Where(pair => pair.Key.IsText))
        {
            object value = flag.Property.GetValue(options)!;
            flag.Property.SetValue(options, flag.IsList ? ((IEnumerable<string>)value).Select(Restored).ToArray() : Restored((string)value));
        }
        foreach (var (property, _) in table.Positionals.Take(arguments.Positionals.Count))
            property.SetValue(options, Restored((string)property.GetValue(options)!));
    }

    private static UsageException Explain(Error error, FlagTable table, NormalizedArguments arguments)
    {
        if (error is BadFormatConversionError { NameInfo.LongName: var name } && table.TryFind("--" + name, out var flag, out _))
            return NotANumber(flag, arguments.ValueOf(name) ?? "");
        if (error is MissingRequiredOptionError { NameInfo.LongName: var missing })
            return new($"--{missing} is missing");
        return new($"the arguments cannot be read ({error.Tag})");
    }

    private static UsageException NotANumber(Flag flag, string value)
    {
        bool isWhole = flag.Property.PropertyType == typeof(int) || flag.Property.PropertyType == typeof(long);
        return new($"--{flag.Name}: '{value}' is not a {(isWhole ? "whole " : "")}number in range");
    }
}
