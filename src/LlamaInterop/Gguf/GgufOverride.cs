using System.Globalization;

namespace LlamaInterop.Gguf;

/// <summary>One metadata value set by the user in place of the file's: <c>--override-kv KEY=TYPE:VALUE</c>.</summary>
public sealed record GgufOverride(string Key, GgufValue Value)
{
    /// <summary>Reads <c>KEY=int:1</c>, <c>KEY=float:0.5</c>, <c>KEY=bool:true</c> or <c>KEY=str:text</c>.</summary>
    /// <exception cref="FormatException">The text has another form, or the value does not fit its type.</exception>
    public static GgufOverride Parse(string text)
    {
        int equals = text.IndexOf('=');
        int colon = equals < 0 ? -1 : text.IndexOf(':', equals);
        if (equals <= 0 || colon < 0)
            throw new FormatException($"'{text}' is not of the form KEY=TYPE:VALUE with the type int, float, bool or str");
        string type = text[(equals + 1)..colon];
        string value = text[(colon + 1)..];
        return new(text[..equals], ParseValue(text, type, value));
    }

    private static GgufValue ParseValue(string text, string type, string value)
    {
        var culture = CultureInfo.InvariantCulture;
        return type switch
        {
            "int" when long.TryParse(value, NumberStyles.AllowLeadingSign, culture, out long number) => GgufValue.From(number),
            "float" when double.TryParse(value, NumberStyles.Float, culture, out double number) => GgufValue.From(number),
            "bool" when value is "true" or "false" => GgufValue.From(value == "true"),
            "str" => GgufValue.From(value),
            "int" or "float" or "bool" => throw new FormatException($"'{text}': '{value}' is not a value of type {type}"),
            _ => throw new FormatException($"'{text}': '{type}' is not one of the types int, float, bool, str"),
        };
    }
}
