using System.Collections.Immutable;

namespace LlamaInterop.Import.Pickle;

/// <summary>The arguments with which a pickle calls what it names, read with checks.</summary>
/// <param name="path">The file, for errors.</param>
/// <param name="name">What is called, for errors.</param>
/// <param name="items">The arguments.</param>
internal readonly struct PickleArguments(string path, string name, object?[] items)
{
    public int Count => items.Length;

    /// <summary>The argument, of a kind that is known.</summary>
    public T Get<T>(int index, string kind) => index < items.Length && items[index] is T value ? value
        : throw Refuse($"argument {index + 1} is {(index < items.Length ? PickleReader.Describe(items[index]) : "missing")}, not {kind}");

    public long Integer(int index) => Get<long>(index, "an integer");

    /// <summary>A tuple or list of integers that are not negative.</summary>
    public ImmutableArray<long> Sizes(int index)
    {
        IReadOnlyList<object?> numbers = Get<IReadOnlyList<object?>>(index, "a tuple");
        return [.. numbers.Select(Size)];
    }

    /// <summary>These arguments for another function: the tuple at <paramref name="index"/>.</summary>
    public PickleArguments Nested(int index, PickleGlobal callee) => new(path, callee.Name, Get<object?[]>(index, "a tuple"));

    public ImportException Refuse(string reason, ImportCheck check = ImportCheck.PickleValue) => new(check, path, $"{name}: {reason}");

    private long Size(object? item) => item switch
    {
        >= 0L and long size => size,
        long negative => throw Refuse($"a size is {negative}, not at least 0", ImportCheck.Shape),
        _ => throw Refuse($"a size is {PickleReader.Describe(item)}, not an integer"),
    };
}
