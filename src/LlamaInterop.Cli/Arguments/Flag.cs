using System.Reflection;
using CommandLine;

namespace LlamaInterop.Cli.Arguments;

/// <summary>One flag of a verb: CommandLineParser's option and what <see cref="FlagAttribute"/> adds to it.</summary>
internal sealed class Flag(PropertyInfo property, OptionAttribute option, FlagAttribute extra)
{
    public PropertyInfo Property { get; } = property;

    public OptionAttribute Option { get; } = option;

    public FlagAttribute Extra { get; } = extra;

    /// <summary>The long name without dashes, by which CommandLineParser knows it.</summary>
    public string Name => Option.LongName;

    public bool IsSwitch => Property.PropertyType == typeof(bool);

    /// <summary>Whether each occurrence counts; of other flags the last one does.</summary>
    public bool IsList => Property.PropertyType == typeof(IEnumerable<string>);

    /// <summary>Whether its value is text, which may hold anything at all.</summary>
    public bool IsText => IsList || Property.PropertyType == typeof(string);

    /// <summary>Every spelling, dashes included, the short ones first.</summary>
    public IEnumerable<string> Spellings
    {
        get
        {
            var aliases = Extra.Aliases.Where(alias => !alias.StartsWith("--"));
            IEnumerable<string> shorts = Option.ShortName.Length > 0 ? aliases.Prepend("-" + Option.ShortName) : aliases;
            return shorts.Append("--" + Name).Concat(Extra.Aliases.Where(alias => alias.StartsWith("--")));
        }
    }
}
