using System.Globalization;
using LlamaInterop.Gguf;

namespace LlamaInterop.Models;

/// <summary>Reads an architecture's keys, each checked where it is read: an error names the key, its value and what it must be.</summary>
internal sealed class HyperParameterReader(GgufMetadata metadata, string architecture)
{
    /// <summary>Sizes are small enough that products of two fit a long and rows fit an int.</summary>
    public const int MaxSize = 1 << 24;

    private readonly SortedDictionary<string, string> _sizes = new(StringComparer.Ordinal);

    public string Path => metadata.Path;

    /// <summary>The sizes read so far, "attention.head_count 4, embedding_length 32": for an error of which any may be the cause.</summary>
    public string Description => string.Join(", ", _sizes.Select(size => $"{size.Key} {size.Value}"));

    public string Architecture => architecture;

    public GgufMetadata Metadata => metadata;

    public bool Has(string key) => metadata.Contains(FullName(key));

    /// <summary>"llama.block_count" of "block_count".</summary>
    public string FullName(string key) => $"{architecture}.{key}";

    /// <summary>An integer from <paramref name="min"/> to <paramref name="max"/>; where the key is missing, the default, if there is one.</summary>
    public int Size(string key, int? defaultValue = null, int min = 1, int max = MaxSize)
    {
        string name = FullName(key);
        long value = defaultValue is { } d ? metadata.GetInt64OrDefault(name, d) : metadata.GetInt64(name);
        if (Has(key))
            _sizes[key] = value.ToString(CultureInfo.InvariantCulture);
        return Checked(name, value, min, max);
    }

    /// <summary>An integer for each of <paramref name="layers"/> layers, stored as one number for all or as an array.</summary>
    public IReadOnlyList<int> Sizes(string key, int layers, int? defaultValue = null, int min = 1, int max = MaxSize)
    {
        string name = FullName(key);
        if (!metadata.TryGet(name, out GgufValue value) || value.Type != GgufValueType.Array)
            return [.. Enumerable.Repeat(Size(key, defaultValue, min, max), layers)];
        int[] values = metadata.GetInt32Array(name);
        _sizes[key] = "by layer";
        if (values.Length < layers)
            throw Wrong(name, $"has {values.Length} elements for {layers} layers (block_count)");
        return [.. values.Take(layers).Select(v => Checked(name, v, min, max))];
    }

    /// <summary>A yes or no for each of <paramref name="layers"/> layers, stored as booleans or as 0 and 1.</summary>
    public IReadOnlyList<bool> Flags(string key, int layers)
    {
        string name = FullName(key);
        GgufValue value = metadata.Get(name);
        if (value.ElementType != GgufValueType.Bool)
            return [.. Sizes(key, layers, min: 0, max: 1).Select(v => v == 1)];
        ReadOnlySpan<bool> flags = value.Elements<bool>();
        return flags.Length >= layers ? [.. flags[..layers]] : throw Wrong(name, $"has {flags.Length} elements for {layers} layers (block_count)");
    }

    /// <summary>A finite number from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public float Float(string key, float? defaultValue = null, float min = float.MinValue, float max = float.MaxValue)
    {
        string name = FullName(key);
        float value = defaultValue is { } d ? metadata.GetFloatOrDefault(name, d) : metadata.GetFloat(name);
        if (!float.IsFinite(value))
            throw Wrong(name, "is not finite");
        if (value < min)
            throw Wrong(name, $"is {value}, but must be at least {min}");
        return value <= max ? value : throw Wrong(name, $"is {value}, but must be at most {max}");
    }

    public bool Bool(string key, bool defaultValue) => metadata.GetBoolOrDefault(FullName(key), defaultValue);

    /// <summary>The error that a key does not go together with others, of which any may be the cause.</summary>
    public ModelException Contradicts(string key, string reason) => Wrong(FullName(key), $"{reason} ({Description})");

    public ModelException Wrong(string name, string reason) => new($"{metadata.Path}: {name} {reason}");

    private int Checked(string name, long value, int min, int max) => value >= min && value <= max ? (int)value
        : throw Wrong(name, $"is {value}, but must be from {min} to {max}");
}
