using System.Text;
using System.Text.Json;

namespace LlamaInterop.Cli.Text;

/// <summary>Input of one JSON value a line, turned into output of one JSON value a line, each written as soon as it is known.</summary>
internal static class JsonLines
{
    /// <summary>More than any text needs, and soon reached where the input has no end.</summary>
    private const int MostCharacters = 64 << 20;

    /// <summary>Applies <paramref name="convert"/> to every line of <see cref="Terminal.Input"/>.</summary>
    /// <exception cref="InvalidDataException">A line is not what it should be; the message has its number, from 1.</exception>
    public static void Convert(Terminal terminal, Action<JsonElement, Utf8JsonWriter> convert)
    {
        using var reader = new StreamReader(terminal.Input, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        using var result = new MemoryStream();
        for (int number = 1; ReadLine(reader, number) is { } line; number++)
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            result.SetLength(0);
            ConvertLine(line, number, result, convert);
            result.WriteTo(terminal.Output);
        }
    }

    /// <summary>The bytes in a line's <c>{"text": ...}</c> or <c>{"hex": ...}</c>.</summary>
    /// <exception cref="JsonException">It has neither, or one that cannot be read.</exception>
    public static byte[] ReadText(JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
            throw new JsonException($"an object with \"text\" or \"hex\" is wanted, not {line.ValueKind}");
        if (TryGetString(line, "text", out string text))
            return Encoding.UTF8.GetBytes(text);
        if (!TryGetString(line, "hex", out string hex))
            throw new JsonException("neither \"text\" nor \"hex\" is there");
        try
        {
            return System.Convert.FromHexString(hex);
        }
        catch (FormatException)
        {
            throw new JsonException("\"hex\" does not hold pairs of hexadecimal digits");
        }
    }

    private static bool TryGetString(JsonElement line, string name, out string value)
    {
        value = "";
        if (!line.TryGetProperty(name, out var property))
            return false;
        if (property.ValueKind != JsonValueKind.String)
            throw new JsonException($"\"{name}\" is not a string");
        try
        {
            value = property.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            throw new JsonException($"\"{name}\" holds half a surrogate pair");
        }
    }

    private static string? ReadLine(StreamReader reader, int number)
    {
        var line = new StringBuilder();
        try
        {
            int next;
            for (; (next = reader.Read()) >= 0 && next != '\n'; line.Append((char)next))
            {
                if (line.Length == MostCharacters)
                    throw new InvalidDataException($"stdin, line {number}: is longer than {MostCharacters} characters");
            }
            return next < 0 && line.Length == 0 ? null : line.ToString().TrimEnd('\r');
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException($"stdin, line {number} or soon after: not UTF-8");
        }
    }

    private static void ConvertLine(string line, int number, MemoryStream result, Action<JsonElement, Utf8JsonWriter> convert)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            using (var writer = new Utf8JsonWriter(result, JsonText.Compact))
                convert(document.RootElement, writer);
            result.WriteByte((byte)'\n');
        }
        catch (Exception error) when (error is JsonException or InvalidDataException)
        {
            string reason = line.Length == 0 ? "the line is empty" : WithoutPlace(error.Message);
            throw new InvalidDataException($"stdin, line {number}: {reason}", error);
        }
    }

    /// <summary>The JSON reader counts lines from 0 within the line that it was given, which would contradict ours.</summary>
    private static string WithoutPlace(string message) => message.Split(" LineNumber: ")[0];
}
