using System.Globalization;
using System.Text.Json;
using LlamaInterop.Measuring;

namespace LlamaInterop.Tables;

/// <summary>A figure that a program gave.</summary>
internal readonly record struct Reading(
    string Test, double Value, string Unit, double MemoryBytesPerSecond = 0, double BytesPerToken = 0, double MultiplyAddsPerToken = 0,
    double AttentionMultiplyAddsPerToken = 0);

/// <summary>Reads what the engines' programs write.</summary>
internal static class Readings
{
    private const string TimesTheFile = "x the file";

    public static IReadOnlyList<Reading> Of(Engine engine, Case one, Outcome outcome, long fileBytes) => one.Mode switch
    {
        "memory" => [new("resident, most", (double)outcome.MostResident / fileBytes, TimesTheFile), new("resident, later", (double)outcome.LaterResident / fileBytes, TimesTheFile)],
        "load" => [new("first token", outcome.Seconds, "s")],
        "batches" => [.. Rows(outcome, cells: 10).SelectMany(row => new Reading[] { new($"pp128 x {row[2]}", row[5], "t/s"), new($"tg128 x {row[2]}", row[7], "t/s") })],
        "depth" when engine.Kind == EngineKind.Ik => [.. Rows(outcome, cells: 7).Where(row => Commands.Depths.Split(',').Contains($"{row[2]}"))
            .SelectMany(row => new Reading[] { new($"pp512 @ d{row[2]}", row[4], "t/s"), new($"tg64 @ d{row[2]}", row[6], "t/s") })],
        _ => OfLlamaBench(outcome.Output),
    };

    /// <summary>The JSON of llama-bench, in which ik's has no depth and ours has more.</summary>
    private static IReadOnlyList<Reading> OfLlamaBench(string output) =>
    [
        .. LlamaBench.Tests(output).Select(test => new Reading(
            NameOf((int)Number(test, "n_prompt"), (int)Number(test, "n_gen"), (int)Number(test, "n_depth")), LlamaBench.RateOf(test), "t/s",
            Number(test, "memory_bytes_per_second"), Number(test, "bytes_per_token"), Number(test, "multiply_adds_per_token"),
            Number(test, "attention_multiply_adds_per_token"))),
    ];

    private static string NameOf(int prompt, int generated, int depth) => (prompt > 0 ? $"pp{prompt}" : $"tg{generated}") + (depth > 0 ? $" @ d{depth}" : "");

    private static double Number(JsonElement test, string column) => test.TryGetProperty(column, out JsonElement value) ? value.GetDouble() : 0;

    /// <summary>The rows of numbers of a table in Markdown.</summary>
    private static IEnumerable<double[]> Rows(Outcome outcome, int cells)
    {
        foreach (string line in $"{outcome.Output}\n{outcome.Errors}".Split('\n'))
        {
            string[] parts = line.Trim().Trim('|').Split('|');
            double[] numbers = [.. parts.Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
            if (line.StartsWith('|') && numbers.Length == cells && !numbers.Any(double.IsNaN))
                yield return numbers;
        }
    }
}
