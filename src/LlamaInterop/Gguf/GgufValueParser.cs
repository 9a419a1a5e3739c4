using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace LlamaInterop.Gguf;

/// <summary>Reads a metadata value of a known type from text.</summary>
public static class GgufValueParser
{
    /// <summary>Reads a number, <c>true</c> or <c>false</c>, or a text as it stands; an array is JSON: <c>[1, 2]</c>, <c>["a", "b"]</c>.</summary>
    /// <param name="text">The value.</param>
    /// <param name="type">The type that it must be of.</param>
    /// <param name="elementType">Of an array, its elements' type: anything but an array.</param>
    /// <exception cref="FormatException">The text is no value of the type.</exception>
    public static GgufValue Parse(string text, GgufValueType type, GgufValueType? elementType = null) => type switch
    {
        GgufValueType.String => GgufValue.From(text),
        GgufValueType.Bool => GgufValue.From(Bool(text)),
        GgufValueType.UInt8 => GgufValue.From(Integer<byte>(text)),
        GgufValueType.Int8 => GgufValue.From(Integer<sbyte>(text)),
        GgufValueType.UInt16 => GgufValue.From(Integer<ushort>(text)),
        GgufValueType.Int16 => GgufValue.From(Integer<short>(text)),
        GgufValueType.UInt32 => GgufValue.From(Integer<uint>(text)),
        GgufValueType.Int32 => GgufValue.From(Integer<int>(text)),
        GgufValueType.UInt64 => GgufValue.From(Integer<ulong>(text)),
        GgufValueType.Int64 => GgufValue.From(Integer<long>(text)),
        GgufValueType.Float32 => GgufValue.From(Real<float>(text)),
        GgufValueType.Float64 => GgufValue.From(Real<double>(text)),
        GgufValueType.Array => ParseArray(Elements(text), elementType ?? throw new FormatException("the type of the array's elements is missing")),
        _ => throw new FormatException($"{type} is not a type of values"),
    };

    private static GgufValue ParseArray(string[] elements, GgufValueType type) => type switch
    {
        GgufValueType.String => GgufValue.FromArray(elements),
        GgufValueType.Bool => GgufValue.FromArray(Array.ConvertAll(elements, Bool)),
        GgufValueType.UInt8 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<byte>)),
        GgufValueType.Int8 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<sbyte>)),
        GgufValueType.UInt16 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<ushort>)),
        GgufValueType.Int16 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<short>)),
        GgufValueType.UInt32 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<uint>)),
        GgufValueType.Int32 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<int>)),
        GgufValueType.UInt64 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<ulong>)),
        GgufValueType.Int64 => GgufValue.FromArray(Array.ConvertAll(elements, Integer<long>)),
        GgufValueType.Float32 => GgufValue.FromArray(Array.ConvertAll(elements, Real<float>)),
        GgufValueType.Float64 => GgufValue.FromArray(Array.ConvertAll(elements, Real<double>)),
        _ => throw new FormatException("arrays of arrays cannot be written as text"),
    };

    /// <summary>The elements of a JSON array, each as the text that it would be by itself.</summary>
    private static string[] Elements(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            if (json.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException($"'{text}' is not a JSON array");
            return [.. json.RootElement.EnumerateArray().Select(element => element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText())];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new FormatException($"'{text}' is not a JSON array");
        }
    }

    private static bool Bool(string text) => text is "true" or "false" ? text == "true" : throw Wrong(text, "true or false");

    private static T Integer<T>(string text) where T : IBinaryInteger<T>, IMinMaxValue<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw Wrong(text, $"an integer from {T.MinValue} to {T.MaxValue}");

    private static T Real<T>(string text) where T : IFloatingPoint<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T? value) ? value : throw Wrong(text, "a number");

    private static FormatException Wrong(string text, string expected) => new($"'{text}' is not {expected}");
}
