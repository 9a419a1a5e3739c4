using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A study's figures as named columns: a table for people, CSV and JSON for programs.</summary>
internal sealed class QualityReport(BenchmarkedModel model, IReadOnlyList<QualityRow> rows, QualityOptions options)
{
    public BenchmarkedModel Model => model;

    public IReadOnlyList<QualityRow> Rows => rows;

    public QualityOptions Options => options;

    /// <summary>Headings for people, with their units.</summary>
    public IReadOnlyList<string> Head =>
    [
        "type", "size", "bits", "perplexity", "KLD mean", "median", "99 %", "same top", "RMS Δp",
        .. options.Threads.SelectMany(threads => new[] { $"prefill ms, {threads} t", $"decode ms, {threads} t" }),
    ];

    /// <summary>Cells for people, a row a type.</summary>
    public IEnumerable<IReadOnlyList<string>> Cells => rows.Select(row => (IReadOnlyList<string>)
    [
        row.Type,
        ByteSize.Format(row.Bytes),
        Text($"{row.BitsPerWeight:F2}"),
        Text($"{row.Perplexity.Value:F4} ± {row.Perplexity.Error:F4}"),
        row.Divergence is { } d ? Text($"{d.Mean.Value:F5}") : "",
        row.Divergence is { } e ? Text($"{e.Median:F5}") : "",
        row.Divergence is { } f ? Text($"{f.Percentile99:F4}") : "",
        row.Divergence is { } g ? Text($"{g.SameTop:P2}") : "",
        row.Divergence is { } h ? Text($"{h.ProbabilityChangeRms:P3}") : "",
        .. row.Speeds.SelectMany(speed => new[] { Text($"{speed.PrefillMilliseconds:G4}"), Text($"{speed.DecodeMilliseconds:G4}") }),
    ]);

    public string ToTable()
    {
        List<IReadOnlyList<string>> lines = [Head, .. Cells];
        int[] widths = [.. Enumerable.Range(0, Head.Count).Select(column => lines.Max(line => line[column].Length))];
        var text = new StringBuilder();
        for (int i = 0; i < lines.Count; i++)
        {
            text.Append("| ").AppendJoin(" | ", lines[i].Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).Append(" |\n");
            if (i == 0)
                text.Append('|').AppendJoin('|', widths.Select((width, column) => " " + new string('-', width) + (column == 0 ? " " : ":"))).Append("|\n");
        }
        return text.ToString();
    }

    public string ToCsv()
    {
        var text = new StringBuilder().AppendJoin(',', Columns(rows[0]).Select(column => column.Name)).Append('\n');
        foreach (var row in rows)
            text.AppendJoin(',', Columns(row).Select(column => Convert.ToString(column.Value, CultureInfo.InvariantCulture))).Append('\n');
        return text.ToString();
    }

    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Indented))
        {
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteString("file", model.Path);
            json.WriteNumber("parameters", model.Parameters);
            json.WriteNumber("context", options.Text.ContextSize);
            json.WriteStartArray("types");
            foreach (var row in rows)
            {
                json.WriteStartObject();
                foreach (var (name, value) in Columns(row))
                {
                    json.WritePropertyName(name);
                    JsonSerializer.Serialize(json, value);
                }
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static IEnumerable<(string Name, object? Value)> Columns(QualityRow row) =>
    [
        ("type", row.Type),
        ("bytes", row.Bytes),
        ("bits_per_weight", row.BitsPerWeight),
        ("perplexity", row.Perplexity.Value),
        ("perplexity_error", row.Perplexity.Error),
        ("kld_mean", row.Divergence?.Mean.Value),
        ("kld_mean_error", row.Divergence?.Mean.Error),
        ("kld_median", row.Divergence?.Median),
        ("kld_99", row.Divergence?.Percentile99),
        ("same_top", row.Divergence?.SameTop),
        ("rms_probability_change", row.Divergence?.ProbabilityChangeRms),
        ("quantize_seconds", row.QuantizeSeconds),
        .. row.Speeds.SelectMany(speed => new (string, object?)[]
        {
            ($"prefill_ms_{speed.Threads}_threads", speed.PrefillMilliseconds),
            ($"decode_ms_{speed.Threads}_threads", speed.DecodeMilliseconds),
        }),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
