using System.Diagnostics.CodeAnalysis;

namespace LlamaInterop.Import.Pickle;

/// <summary>A Python dictionary. Keys are texts; integers stand as their digits, and no other keys occur in checkpoints.</summary>
internal sealed class PickleDictionary
{
    // Made when the first entry comes, as a hostile pickle may have millions of empty dictionaries. The comparer hashes with a seed
    // of the process's own: keys cannot be chosen to collide.
    private OrderedDictionary<string, object?>? _entries;

    /// <summary>In the order in which they were put in.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Entries => _entries ?? [];

    public object? this[string key]
    {
        set => (_entries ??= new(StringComparer.Ordinal))[key] = value;
    }

    public bool TryGet<T>(string key, [NotNullWhen(true)] out T? value)
    {
        value = _entries is not null && _entries.TryGetValue(key, out object? found) && found is T typed ? typed : default;
        return value is not null;
    }
}
