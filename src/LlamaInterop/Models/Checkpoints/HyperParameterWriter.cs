using LlamaInterop.Gguf;

namespace LlamaInterop.Models.Checkpoints;

/// <summary>An architecture's keys as a converted file has them: what <see cref="HyperParameterReader"/> reads.</summary>
internal sealed class HyperParameterWriter(string architecture)
{
    private readonly OrderedDictionary<string, GgufValue> _values = [];

    public string Architecture => architecture;

    /// <summary>Full names, "llama.block_count", with their values, in the order in which they were set.</summary>
    public IEnumerable<KeyValuePair<string, GgufValue>> Values => _values;

    /// <summary>A size that was set; 0 where it was not.</summary>
    public int SizeOrZero(string key) => _values.TryGetValue($"{architecture}.{key}", out GgufValue? value) && value.TryGetInteger(out Int128 size) ? (int)size : 0;

    public void Set(string key, int value) => Set(key, GgufValue.From(checked((uint)value)));

    public void Set(string key, float value) => Set(key, GgufValue.From(value));

    public void Set(string key, bool value) => Set(key, GgufValue.From(value));

    public void Set(string key, string value) => Set(key, GgufValue.From(value));

    /// <summary>A number for each layer.</summary>
    public void Set(string key, int[] values) => Set(key, GgufValue.FromArray(values));

    /// <summary>A yes or no for each layer.</summary>
    public void Set(string key, bool[] values) => Set(key, GgufValue.FromArray(values));

    private void Set(string key, GgufValue value) => _values[$"{architecture}.{key}"] = value;
}
