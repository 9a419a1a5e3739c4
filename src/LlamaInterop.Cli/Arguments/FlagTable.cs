using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using CommandLine;

namespace LlamaInterop.Cli.Arguments;

/// <summary>The flags of one verb, found by any of their spellings.</summary>
internal sealed class FlagTable
{
    private readonly Dictionary<string, Flag> _bySpelling = [];
    private readonly Dictionary<string, Flag> _byOpposite = [];

    private FlagTable(IReadOnlyList<Flag> all, IReadOnlyList<Positional> positionals)
    {
        All = all;
        Positionals = positionals;
        foreach (var flag in all)
        {
            foreach (string spelling in flag.Spellings)
                _bySpelling.Add(spelling, flag);
            foreach (string opposite in flag.Extra.Opposites)
                _byOpposite.Add(opposite, flag);
        }
    }

    /// <summary>The flags in the order in which their properties are declared, those of a base class last.</summary>
    public IReadOnlyList<Flag> All { get; }

    /// <summary>The arguments that need no flag, in their order.</summary>
    public IReadOnlyList<Positional> Positionals { get; }

    public IEnumerable<string> Spellings => _bySpelling.Keys.Concat(_byOpposite.Keys);

    /// <summary>The flags that <paramref name="options"/> declares by attributes.</summary>
    public static FlagTable Of(Type options)
    {
        var properties = options.GetProperties().OrderByDescending(property => Depth(property.DeclaringType!)).ToList();
        var flags = from property in properties
                    let option = property.GetCustomAttribute<OptionAttribute>()
                    where option is not null
                    select new Flag(property, option, property.GetCustomAttribute<FlagAttribute>() ?? new("Options"));
        var positionals = from property in properties
                          let value = property.GetCustomAttribute<ValueAttribute>()
                          where value is not null
                          orderby value.Index
                          select new Positional(property, value);
        return new([.. flags], [.. positionals]);
    }

    /// <summary>Finds a flag; <paramref name="isOpposite"/> says that the spelling takes it back.</summary>
    public bool TryFind(string spelling, [NotNullWhen(true)] out Flag? flag, out bool isOpposite)
    {
        isOpposite = _byOpposite.TryGetValue(spelling, out flag);
        return isOpposite || _bySpelling.TryGetValue(spelling, out flag);
    }

    private static int Depth(Type type) => type.BaseType is { } parent ? Depth(parent) + 1 : 0;
}
