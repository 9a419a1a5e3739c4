using System.Collections;
using System.Text;

namespace LlamaInterop.Gguf;

/// <summary>The metadata of a file: keys and values in the order they are stored.</summary>
/// <remarks>
/// Getters accept a value of any width that holds the number, since writers disagree on widths. They throw
/// <see cref="GgufException"/> when the key is absent, of another kind, or out of range; the <c>OrDefault</c>
/// getters return the default only when the key is absent.
/// </remarks>
public sealed class GgufMetadata : IReadOnlyCollection<KeyValuePair<string, GgufValue>>
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly OrderedDictionary<string, GgufValue> _values;
    private readonly string _path;

    internal GgufMetadata(string path, OrderedDictionary<string, GgufValue> values)
    {
        _path = path;
        _values = values;
    }

    /// <summary>The file that the metadata was read from.</summary>
    public string Path => _path;

    /// <summary>The number of keys.</summary>
    public int Count => _values.Count;

    /// <summary>True when the key is there, whatever its type.</summary>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>False when the key is absent.</summary>
    public bool TryGet(string key, out GgufValue value) => _values.TryGetValue(key, out value!);

    /// <summary>The value of a key, of any type.</summary>
    public GgufValue Get(string key) => TryGet(key, out var value)
        ? value
        : throw new GgufException(GgufCheck.Missing, _path, $"key '{key}' is missing");

    /// <summary>The text of a string.</summary>
    /// <exception cref="GgufException">The key is absent, no string, or not UTF-8.</exception>
    public string GetString(string key)
    {
        try
        {
            return StrictUtf8.GetString(GetUtf8(key).Span);
        }
        catch (DecoderFallbackException)
        {
            throw new GgufException(GgufCheck.TextEncoding, _path, $"key '{key}' holds text that is not UTF-8");
        }
    }

    /// <summary>The bytes of a string, exactly as stored.</summary>
    public ReadOnlyMemory<byte> GetUtf8(string key)
    {
        var value = Get(key);
        return value.Type == GgufValueType.String ? value.Utf8 : throw WrongKind(key, value, "a string");
    }

    /// <summary>An integer of any stored width.</summary>
    /// <exception cref="GgufException">The key is absent, of another kind, or out of range.</exception>
    public int GetInt32(string key) => (int)GetInteger(key, int.MinValue, int.MaxValue);

    /// <summary>An integer of any stored width.</summary>
    /// <exception cref="GgufException">The key is absent, of another kind, or out of range.</exception>
    public uint GetUInt32(string key) => (uint)GetInteger(key, uint.MinValue, uint.MaxValue);

    /// <summary>An integer of any stored width.</summary>
    /// <exception cref="GgufException">The key is absent, of another kind, or out of range.</exception>
    public long GetInt64(string key) => (long)GetInteger(key, long.MinValue, long.MaxValue);

    /// <summary>A number stored as float32, float64 or an integer.</summary>
    /// <exception cref="GgufException">The key is absent, of another kind, or out of range.</exception>
    public float GetFloat(string key)
    {
        var value = Get(key);
        if (!value.TryGetNumber(out double number))
            throw WrongKind(key, value, "a number");
        float single = (float)number;
        return float.IsFinite(single) || !double.IsFinite(number) ? single : throw OutOfRange(key, value, "float32");
    }

    /// <summary>A boolean.</summary>
    /// <exception cref="GgufException">The key is absent or no boolean.</exception>
    public bool GetBool(string key)
    {
        var value = Get(key);
        return value.TryGetBool(out bool truth) ? truth : throw WrongKind(key, value, "a boolean");
    }

    /// <inheritdoc cref="GetString"/>
    public string GetStringOrDefault(string key, string defaultValue) => Contains(key) ? GetString(key) : defaultValue;

    /// <inheritdoc cref="GetInt32"/>
    public int GetInt32OrDefault(string key, int defaultValue) => Contains(key) ? GetInt32(key) : defaultValue;

    /// <inheritdoc cref="GetUInt32"/>
    public uint GetUInt32OrDefault(string key, uint defaultValue) => Contains(key) ? GetUInt32(key) : defaultValue;

    /// <inheritdoc cref="GetInt64"/>
    public long GetInt64OrDefault(string key, long defaultValue) => Contains(key) ? GetInt64(key) : defaultValue;

    /// <inheritdoc cref="GetFloat"/>
    public float GetFloatOrDefault(string key, float defaultValue) => Contains(key) ? GetFloat(key) : defaultValue;

    /// <inheritdoc cref="GetBool"/>
    public bool GetBoolOrDefault(string key, bool defaultValue) => Contains(key) ? GetBool(key) : defaultValue;

    /// <summary>An array of strings as stored, for texts that need not be UTF-8.</summary>
    public GgufStringArray GetUtf8Array(string key)
    {
        var value = Get(key);
        return value.Strings ?? throw WrongKind(key, value, "an array of strings");
    }

    /// <summary>An array of strings; bytes that are not UTF-8 become U+FFFD.</summary>
    public string[] GetStringArray(string key) => [.. GetUtf8Array(key)];

    /// <summary>An array of any integer type whose elements all fit.</summary>
    public int[] GetInt32Array(string key)
    {
        var value = Get(key);
        return value.ElementType switch
        {
            GgufValueType.UInt8 => Array.ConvertAll((byte[])value.Data, x => (int)x),
            GgufValueType.Int8 => Array.ConvertAll((sbyte[])value.Data, x => (int)x),
            GgufValueType.UInt16 => Array.ConvertAll((ushort[])value.Data, x => (int)x),
            GgufValueType.Int16 => Array.ConvertAll((short[])value.Data, x => (int)x),
            GgufValueType.Int32 => value.Elements<int>().ToArray(),
            GgufValueType.UInt32 => Array.ConvertAll((uint[])value.Data, x => x <= int.MaxValue ? (int)x : throw OutOfRange(key, value, "int32")),
            GgufValueType.Int64 => Array.ConvertAll((long[])value.Data, x => x == (int)x ? (int)x : throw OutOfRange(key, value, "int32")),
            GgufValueType.UInt64 => Array.ConvertAll((ulong[])value.Data, x => x <= int.MaxValue ? (int)x : throw OutOfRange(key, value, "int32")),
            _ => throw WrongKind(key, value, "an array of integers"),
        };
    }

    /// <summary>An array of float32 or float64; of the latter, elements too large become infinite.</summary>
    public float[] GetFloatArray(string key)
    {
        var value = Get(key);
        return value.ElementType switch
        {
            GgufValueType.Float32 => value.Elements<float>().ToArray(),
            GgufValueType.Float64 => Array.ConvertAll((double[])value.Data, x => (float)x),
            _ => throw WrongKind(key, value, "an array of floats"),
        };
    }

    /// <summary>The same metadata with these keys set or replaced; new keys come last.</summary>
    public GgufMetadata WithOverrides(IEnumerable<GgufOverride> overrides)
    {
        var values = new OrderedDictionary<string, GgufValue>(_values);
        foreach (var (key, value) in overrides)
            values[key] = value;
        return new(_path, values);
    }

    /// <summary>The keys and values, in the order they are stored.</summary>
    public IEnumerator<KeyValuePair<string, GgufValue>> GetEnumerator() => _values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private Int128 GetInteger(string key, Int128 min, Int128 max)
    {
        var value = Get(key);
        if (!value.TryGetInteger(out Int128 number))
            throw WrongKind(key, value, "an integer");
        return number >= min && number <= max ? number : throw OutOfRange(key, value, $"{min} to {max}");
    }

    private GgufException WrongKind(string key, GgufValue value, string expected) =>
        new(GgufCheck.ValueKind, _path, $"key '{key}' is of type {value.TypeName}, not {expected}");

    private GgufException OutOfRange(string key, GgufValue value, string range) =>
        new(GgufCheck.ValueRange, _path, $"key '{key}' = {value} is outside {range}");
}
