namespace LlamaInterop.Cli.Arguments;

/// <summary>What was typed after a verb, by flag rather than by position.</summary>
internal sealed class NormalizedArguments
{
    private readonly OrderedDictionary<Flag, List<string>> _values = [];

    /// <summary>The arguments that belong to no flag.</summary>
    public List<string> Positionals { get; } = [];

    /// <summary>Each flag that was typed, with its values; a switch has one, which is empty.</summary>
    public IEnumerable<KeyValuePair<Flag, List<string>>> Flags => _values;

    /// <summary>The flags that were typed.</summary>
    public IEnumerable<Flag> Typed => _values.Keys;

    public bool Has(string name) => _values.Keys.Any(flag => flag.Name == name);

    public void Set(Flag flag, string value) => _values[flag] = [value];

    public void Remove(Flag flag) => _values.Remove(flag);

    public void Add(Flag flag, string value)
    {
        if (!_values.TryGetValue(flag, out var values))
            _values.Add(flag, values = []);
        values.Add(value);
    }

    /// <summary>The value of the flag of this long name, or null when it was not typed.</summary>
    public string? ValueOf(string name) => _values.FirstOrDefault(pair => pair.Key.Name == name).Value?[^1];
}
