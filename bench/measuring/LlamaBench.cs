using System.Text.Json;

namespace LlamaInterop.Measuring;

/// <summary>What llama-bench writes, and what programs write that take its flags.</summary>
internal static class LlamaBench
{
    private const string RateColumn = "avg_ts";

    /// <summary>The tests of its JSON; none where it wrote something else.</summary>
    public static IReadOnlyList<JsonElement> Tests(string output)
    {
        try
        {
            JsonElement json = JsonSerializer.Deserialize<JsonElement>(output[Math.Max(0, output.IndexOf('['))..]);
            return json.ValueKind == JsonValueKind.Array ? [.. json.EnumerateArray().Where(HasRate)] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>Tokens a second.</summary>
    public static double RateOf(JsonElement test) => test.GetProperty(RateColumn).GetDouble();

    private static bool HasRate(JsonElement test) =>
        test.ValueKind == JsonValueKind.Object && test.TryGetProperty(RateColumn, out JsonElement rate) && rate.ValueKind == JsonValueKind.Number;
}
