using System.Globalization;
using System.Text.Json;

namespace LlamaInterop.Cli.Text;

/// <summary>Token ids as people and programs write them.</summary>
internal static class TokenList
{
    /// <summary>Reads ids divided by commas or blanks, in brackets or not.</summary>
    /// <exception cref="UsageException">A part is no id; the message names it.</exception>
    public static int[] Parse(string text, string flag = "--tokens")
    {
        string inner = text.Trim();
        if (inner.StartsWith('[') && inner.EndsWith(']'))
            inner = inner[1..^1];
        return [.. inner.Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(part => ParseOne(part, flag))];
    }

    /// <summary>Reads a JSON array of ids.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static int[] FromJson(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            throw new JsonException($"an array of token ids is wanted, not {array.ValueKind}");
        var ids = new List<int>(array.GetArrayLength());
        foreach (var element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out int id) || id < 0)
                throw new JsonException($"{element.GetRawText()} is not a token id");
            ids.Add(id);
        }
        return [.. ids];
    }

    private static int ParseOne(string part, string flag) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? id
            : throw new UsageException($"{flag}: '{part}' is not a token id");
}
