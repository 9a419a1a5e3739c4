using System.Globalization;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Measurements as one JSON object, an entry of <c>runs</c> for each thread count.</summary>
internal static class BenchJson
{
    public static void Write(BenchmarkedModel model, IReadOnlyList<BenchmarkSession> sessions, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Indented))
        {
            var first = sessions[0];
            json.WriteStartObject();
            json.WriteString("model", model.Name);
            json.WriteNumber("model_bytes", model.Bytes);
            json.WriteNumber("model_params", model.Parameters);
            json.WriteString("cpu", first.Processor);
            json.WriteString("backend", first.Backend);
            json.WriteString("isa", first.Isa);
            json.WriteNumber("bytes_per_token", first.BytesPerToken);
            if (first.ExpertBytes.All > 0)
            {
                json.WriteNumber("expert_bytes_per_token", first.ExpertBytes.Read);
                json.WriteNumber("expert_bytes", first.ExpertBytes.All);
            }
            WriteArray(json, "programs", first.Programs, WriteProgram);
            WriteArray(json, "runs", sessions, WriteRun);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static void WriteProgram(Utf8JsonWriter json, ProgramShape program)
    {
        json.WriteNumber("tokens", program.Tokens);
        json.WriteNumber("ops", program.Ops);
        json.WriteNumber("phases", program.Phases);
        json.WriteNumber("ops_per_layer", program.OpsPerLayer);
        json.WriteNumber("phases_per_layer", program.PhasesPerLayer);
    }

    private static void WriteRun(Utf8JsonWriter json, BenchmarkSession session)
    {
        json.WriteNumber("threads", session.Threads);
        json.WriteNumber("read_bandwidth", Math.Round(session.ReadBandwidth));
        WriteArray(json, "tests", session.Results, (_, result) => WriteResult(json, session, result));
        WriteArray(json, "profiles", session.Profiles, (_, profile) =>
        {
            json.WriteString("test", profile.Test.ToString());
            WriteArray(json, "ops", profile.Ops, WriteOp);
        });
    }

    private static void WriteResult(Utf8JsonWriter json, BenchmarkSession session, BenchmarkResult result)
    {
        json.WriteString("test", result.Test.ToString());
        json.WriteNumber("n_prompt", result.Test.Prompt);
        json.WriteNumber("n_gen", result.Test.Generated);
        json.WriteNumber("n_depth", result.Test.Depth);
        json.WriteNumber("avg_ts", Math.Round(result.Mean, 4));
        json.WriteNumber("stddev_ts", Math.Round(result.Deviation, 4));
        json.WriteNumber("median_ts", Math.Round(result.Median, 4));
        if (session.BytesPerSecond(result) is { } rate)
            json.WriteNumber("bytes_per_second", Math.Round(rate));
        json.WriteString("logits_hash", result.LogitsHash.ToString("x16", CultureInfo.InvariantCulture));
        json.WriteStartArray("samples_ts");
        foreach (double sample in result.TokensPerSecond)
            json.WriteNumberValue(Math.Round(sample, 4));
        json.WriteEndArray();
    }

    private static void WriteOp(Utf8JsonWriter json, OpProfile op)
    {
        json.WriteString("name", op.Name);
        json.WriteString("opcode", op.Opcode);
        json.WriteNumber("ns", op.Nanoseconds);
        json.WriteNumber("share", Math.Round(op.Share, 5));
    }

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> writeProperties)
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
}
