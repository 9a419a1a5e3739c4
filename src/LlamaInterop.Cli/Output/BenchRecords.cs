using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Measurements for programs: the forms that llama-bench writes.</summary>
internal static class BenchRecords
{
    private const string TableName = "llama_bench";

    /// <param name="records">At least one.</param>
    /// <param name="format">json, jsonl, csv or sql.</param>
    /// <param name="output">Where they go.</param>
    public static void Write(IReadOnlyList<BenchRecord> records, string format, Stream output)
    {
        if (format == "json")
            WriteArray(records, output);
        else if (format == "jsonl")
            WriteLines(records, output);
        else
            output.Write(Encoding.UTF8.GetBytes(format == "csv" ? Csv(records) : Sql(records)));
    }

    private static void WriteArray(IReadOnlyList<BenchRecord> records, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Indented))
        {
            json.WriteStartArray();
            foreach (var record in records)
                WriteObject(json, record);
            json.WriteEndArray();
        }
        output.Write("\n"u8);
    }

    private static void WriteLines(IReadOnlyList<BenchRecord> records, Stream output)
    {
        foreach (var record in records)
        {
            using (var json = new Utf8JsonWriter(output, JsonText.Compact))
                WriteObject(json, record);
            output.Write("\n"u8);
        }
    }

    private static void WriteObject(Utf8JsonWriter json, BenchRecord record)
    {
        json.WriteStartObject();
        foreach (var (name, value) in record.Columns)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value);
        }
        WriteNumbers(json, "samples_ns", record.Result.Nanoseconds.Select(sample => Math.Round(sample)));
        WriteNumbers(json, "samples_ts", record.Result.TokensPerSecond.Select(sample => Math.Round(sample, 6)));
        WriteObjects(json, "programs", record.Programs, WriteProgram);
        if (record.Profile is not null)
            WriteObjects(json, "profile", record.Profile, WriteOp);
        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<double> values)
    {
        json.WriteStartArray(name);
        foreach (double value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteObjects<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> writeProperties)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            writeProperties(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteProgram(Utf8JsonWriter json, ProgramShape program)
    {
        json.WriteNumber("tokens", program.Tokens);
        json.WriteNumber("ops", program.Ops);
        json.WriteNumber("phases", program.Phases);
        json.WriteNumber("ops_per_layer", program.OpsPerLayer);
        json.WriteNumber("phases_per_layer", program.PhasesPerLayer);
        json.WriteNumber("barriers_per_layer", program.BarriersPerLayer);
    }

    private static void WriteOp(Utf8JsonWriter json, OpProfile op)
    {
        json.WriteString("name", op.Name);
        json.WriteString("opcode", op.Opcode);
        json.WriteNumber("ns", op.Nanoseconds);
        json.WriteNumber("share", Math.Round(op.Share, 5));
    }

    private static string Csv(IReadOnlyList<BenchRecord> records)
    {
        var text = new StringBuilder().AppendJoin(',', Names(records)).Append('\n');
        foreach (var record in records)
            text.AppendJoin(',', record.Columns.Select(column => $"\"{TextOf(column.Value).Replace("\"", "\"\"")}\"")).Append('\n');
        return text.ToString();
    }

    private static string Sql(IReadOnlyList<BenchRecord> records)
    {
        var text = new StringBuilder($"CREATE TABLE IF NOT EXISTS {TableName} (\n  ");
        text.AppendJoin(",\n  ", Names(records).Select(name => $"{name} {SqlTypeOf(records, name)}")).Append("\n);\n\n");
        foreach (var record in records)
        {
            text.Append($"INSERT INTO {TableName} (").AppendJoin(", ", Names(records)).Append(") VALUES (");
            text.AppendJoin(", ", record.Columns.Select(column => column.Value is null ? "NULL" : $"'{TextOf(column.Value).Replace("'", "''")}'")).Append(");\n");
        }
        return text.ToString();
    }

    private static IEnumerable<string> Names(IReadOnlyList<BenchRecord> records) => records[0].Columns.Select(column => column.Name);

    private static string SqlTypeOf(IReadOnlyList<BenchRecord> records, string name) =>
        records.SelectMany(record => record.Columns).FirstOrDefault(column => column.Name == name && column.Value is not null).Value switch
        {
            double => "REAL",
            long => "INTEGER",
            _ => "TEXT",
        };

    private static string TextOf(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
