using System.Globalization;
using System.Text;

namespace LlamaInterop.Gguf;

/// <summary>One metadata value, of any type that GGUF knows. Immutable: do not change an array after handing it over.</summary>
public sealed class GgufValue
{
    private readonly object _data;

    private GgufValue(GgufValueType type, object data, GgufValueType? elementType = null)
    {
        Type = type;
        ElementType = elementType;
        _data = data;
    }

    /// <summary>The type that the file stores.</summary>
    public GgufValueType Type { get; }

    /// <summary>The type of an array's elements; null when the value is no array.</summary>
    public GgufValueType? ElementType { get; }

    /// <summary>
    /// The boxed scalar; <c>byte[]</c> (UTF-8) for a string; for an array <c>T[]</c>, <see cref="GgufStringArray"/>,
    /// or <c>GgufValue[]</c> when its elements are arrays.
    /// </summary>
    internal object Data => _data;

    /// <summary>The number of elements of an array; 1 for everything else.</summary>
    public int Count => _data switch
    {
        GgufStringArray strings => strings.Count,
        Array array when Type == GgufValueType.Array => array.Length,
        _ => 1,
    };

    /// <summary>An unsigned 1-byte integer.</summary>
    public static GgufValue From(byte value) => new(GgufValueType.UInt8, value);

    /// <summary>A signed 1-byte integer.</summary>
    public static GgufValue From(sbyte value) => new(GgufValueType.Int8, value);

    /// <summary>An unsigned 2-byte integer.</summary>
    public static GgufValue From(ushort value) => new(GgufValueType.UInt16, value);

    /// <summary>A signed 2-byte integer.</summary>
    public static GgufValue From(short value) => new(GgufValueType.Int16, value);

    /// <summary>An unsigned 4-byte integer.</summary>
    public static GgufValue From(uint value) => new(GgufValueType.UInt32, value);

    /// <summary>A signed 4-byte integer.</summary>
    public static GgufValue From(int value) => new(GgufValueType.Int32, value);

    /// <summary>An unsigned 8-byte integer.</summary>
    public static GgufValue From(ulong value) => new(GgufValueType.UInt64, value);

    /// <summary>A signed 8-byte integer.</summary>
    public static GgufValue From(long value) => new(GgufValueType.Int64, value);

    /// <summary>A float32.</summary>
    public static GgufValue From(float value) => new(GgufValueType.Float32, value);

    /// <summary>A float64.</summary>
    public static GgufValue From(double value) => new(GgufValueType.Float64, value);

    /// <summary>A boolean.</summary>
    public static GgufValue From(bool value) => new(GgufValueType.Bool, value);

    /// <summary>A string.</summary>
    public static GgufValue From(string value) => FromUtf8(Encoding.UTF8.GetBytes(value));

    /// <summary>A string of these bytes, which should be UTF-8.</summary>
    public static GgufValue FromUtf8(byte[] value) => new(GgufValueType.String, value);

    /// <summary>An array of strings.</summary>
    public static GgufValue FromArray(GgufStringArray values) => new(GgufValueType.Array, values, GgufValueType.String);

    /// <summary>An array of strings.</summary>
    public static GgufValue FromArray(IEnumerable<string> values) => FromArray(new GgufStringArray(values));

    /// <summary>An array of numbers or booleans.</summary>
    /// <exception cref="ArgumentException">GGUF has no such element type.</exception>
    public static GgufValue FromArray<T>(T[] values) where T : unmanaged =>
        new(GgufValueType.Array, values, ElementTypeOf<T>());

    /// <summary>An array of arrays.</summary>
    /// <exception cref="ArgumentException">An element is no array.</exception>
    public static GgufValue FromArrays(GgufValue[] values) => Array.TrueForAll(values, value => value.Type == GgufValueType.Array)
        ? new(GgufValueType.Array, values, GgufValueType.Array)
        : throw new ArgumentException("every element must be an array", nameof(values));

    /// <summary>The elements of an array of exactly this type, empty when the type is another.</summary>
    public ReadOnlySpan<T> Elements<T>() where T : unmanaged =>
        Type == GgufValueType.Array && ElementType == ElementTypeOf<T>() ? (T[])_data : [];

    /// <summary>The arrays that an array of arrays holds, empty when the value is something else.</summary>
    public ReadOnlySpan<GgufValue> Arrays => _data as GgufValue[];

    /// <summary>The elements of an array of strings, or null when the value is something else.</summary>
    public GgufStringArray? Strings => _data as GgufStringArray;

    /// <summary>The bytes of a string, empty when the value is something else.</summary>
    public ReadOnlyMemory<byte> Utf8 => Type == GgufValueType.String ? (byte[])_data : default;

    /// <summary>The value of a scalar of an integer type, whatever its width.</summary>
    public bool TryGetInteger(out Int128 value)
    {
        Int128? number = _data switch
        {
            byte x => x,
            sbyte x => x,
            ushort x => x,
            short x => x,
            uint x => x,
            int x => x,
            ulong x => x,
            long x => x,
            _ => null,
        };
        value = number ?? 0;
        return number is not null;
    }

    /// <summary>The value of a scalar of a float or integer type.</summary>
    public bool TryGetNumber(out double value)
    {
        value = _data switch { float x => x, double x => x, _ => 0 };
        if (_data is float or double)
            return true;
        bool isInteger = TryGetInteger(out Int128 integer);
        value = (double)integer;
        return isInteger;
    }

    /// <summary>The value of a boolean.</summary>
    public bool TryGetBool(out bool value)
    {
        value = _data is true;
        return _data is bool;
    }

    /// <summary>The type in words: <c>uint32</c>, <c>array of string</c>.</summary>
    public string TypeName => Name(Type) + (ElementType is { } element ? " of " + Name(element) : "");

    /// <summary>The value as text for people; of arrays the first few elements.</summary>
    public override string ToString() => Type switch
    {
        GgufValueType.String => Encoding.UTF8.GetString((byte[])_data),
        GgufValueType.Array => Describe((System.Collections.IEnumerable)_data),
        GgufValueType.Bool => _data is true ? "true" : "false",
        _ => Convert.ToString(_data, CultureInfo.InvariantCulture)!,
    };

    internal static GgufValueType ElementTypeOf<T>() where T : unmanaged => default(T) switch
    {
        byte => GgufValueType.UInt8,
        sbyte => GgufValueType.Int8,
        ushort => GgufValueType.UInt16,
        short => GgufValueType.Int16,
        uint => GgufValueType.UInt32,
        int => GgufValueType.Int32,
        float => GgufValueType.Float32,
        bool => GgufValueType.Bool,
        ulong => GgufValueType.UInt64,
        long => GgufValueType.Int64,
        double => GgufValueType.Float64,
        _ => throw new ArgumentException($"GGUF has no arrays of {typeof(T).Name}."),
    };

    private static string Name(GgufValueType type) => type.ToString().ToLowerInvariant();

    private string Describe(System.Collections.IEnumerable elements)
    {
        const int Shown = 8;
        var first = elements.Cast<object>().Take(Shown)
            .Select(element => element is bool truth ? (truth ? "true" : "false") : Convert.ToString(element, CultureInfo.InvariantCulture));
        return $"[{string.Join(", ", first)}{(Count > Shown ? $", ... {Count} in all" : "")}]";
    }
}
