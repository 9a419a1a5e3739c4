using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using CommandLine;

namespace LlamaInterop.Cli.Arguments;

/// <summary>The flags of one verb, found by any of their spellings. They are read when the first is asked for: many a command line has none.</summary>
internal sealed class FlagTable
{
    private readonly PropertyInfo[] _properties;

    private FlagTable(PropertyInfo[] properties) => _properties = properties;

    /// <summary>The flags in the order in which their properties are declared, those of a base class last.</summary>
    public IReadOnlyList<Flag> All => field ??=
    [
        .. from property in _properties
           let option = property.GetCustomAttribute<OptionAttribute>()
           where option is not null
           select new Flag(property, option, property.GetCustomAttribute<FlagAttribute>() ?? new("Options")),
    ];

    /// <summary>The arguments that need no flag, in their order.</summary>
    public IReadOnlyList<Positional> Positionals => field ??= ReadPositionals();

    /// <summary>Whether a flag holds a number when it is not typed: CommandLineParser sets that, whereas texts begin with what their property does.</summary>
    public bool HasNumbers => Array.Exists(_properties, property =>
        property.PropertyType is { IsValueType: true } type && type != typeof(bool) && Nullable.GetUnderlyingType(type) is null);

    public IEnumerable<string> Spellings => BySpelling.Keys.Concat(ByOpposite.Keys);

    private Dictionary<string, Flag> BySpelling => field ??= Index(flag => flag.Spellings);

    private Dictionary<string, Flag> ByOpposite => field ??= Index(flag => flag.Extra.Opposites);

    /// <summary>The flags that <paramref name="options"/> declares by attributes.</summary>
    public static FlagTable Of(Type options)
    {
        var properties = new List<PropertyInfo>();
        for (Type? type = options; type is not null; type = type.BaseType)
            properties.AddRange(type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly));
        return new([.. properties]);
    }

    /// <summary>Finds a flag; <paramref name="isOpposite"/> says that the spelling takes it back.</summary>
    public bool TryFind(string spelling, [NotNullWhen(true)] out Flag? flag, out bool isOpposite)
    {
        isOpposite = ByOpposite.TryGetValue(spelling, out flag);
        return isOpposite || BySpelling.TryGetValue(spelling, out flag);
    }

    private List<Positional> ReadPositionals()
    {
        var positionals = new List<Positional>();
        foreach (PropertyInfo property in _properties)
        {
            if (property.GetCustomAttribute<ValueAttribute>(inherit: false) is { } value)
                positionals.Add(new(property, value));
        }
        positionals.Sort((first, second) => first.Value.Index.CompareTo(second.Value.Index));
        return positionals;
    }

    private Dictionary<string, Flag> Index(Func<Flag, IEnumerable<string>> spellings)
    {
        var index = new Dictionary<string, Flag>();
        foreach (Flag flag in All)
        {
            foreach (string spelling in spellings(flag))
                index.Add(spelling, flag);
        }
        return index;
    }
}
