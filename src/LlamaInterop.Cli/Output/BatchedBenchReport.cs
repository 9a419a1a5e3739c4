using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Measurements of sequences that run together, a line each as soon as it is there: llama-batched-bench's table or JSON lines.</summary>
/// <param name="flags">What was asked for.</param>
/// <param name="threads">Threads that compute.</param>
/// <param name="room">Tokens that the cache was made for, where the flags do not say.</param>
/// <param name="output">Where the lines go.</param>
internal sealed class BatchedBenchReport(BatchedBenchOptions flags, int threads, long room, Stream output)
{
    private static readonly string[] Head = ["PP", "TG", "B", "N_KV", "T_PP s", "S_PP t/s", "T_TG s", "S_TG t/s", "T s", "S t/s"];
    private static readonly int[] Widths = [6, 6, 4, 6, 8, 8, 8, 8, 8, 8];

    /// <summary>Writes the table's head.</summary>
    public void Begin()
    {
        if (flags.OutputFormat == "jsonl")
            return;
        WriteLine($"|{string.Join(" | ", Head.Zip(Widths, (name, width) => name.PadLeft(width)))} |");
        WriteLine($"|{string.Join("-|-", Widths.Select(width => new string('-', width)))}-|");
    }

    public void Add(BatchedResult result)
    {
        if (flags.OutputFormat == "jsonl")
            WriteJson(result);
        else
            WriteRow(result);
        output.Flush();
    }

    private void WriteRow(BatchedResult result)
    {
        BatchedTest test = result.Test;
        string[] cells =
        [
            $"{test.Prompt}", $"{test.Generated}", $"{test.Sequences}", $"{test.Tokens}", Text($"{result.PrefillSeconds:F3}"), Text($"{result.PrefillRate:F2}"),
            Text($"{result.DecodeSeconds:F3}"), Text($"{result.DecodeRate:F2}"), Text($"{result.Seconds:F3}"), Text($"{result.TotalRate:F2}"),
        ];
        WriteLine($"|{string.Join(" | ", cells.Zip(Widths, (cell, width) => cell.PadLeft(width)))} |");
    }

    private void WriteJson(BatchedResult result)
    {
        BatchedTest test = result.Test;
        using (var json = new Utf8JsonWriter(output, JsonText.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("n_kv_max", flags.ContextSize == 0 ? room : flags.ContextSize);
            json.WriteNumber("n_batch", flags.BatchSize);
            json.WriteNumber("n_ubatch", flags.MicroBatchSize);
            json.WriteNumber("flash_attn", 1);
            json.WriteNumber("is_pp_shared", test.IsPromptShared ? 1 : 0);
            json.WriteNumber("n_gpu_layers", 0);
            json.WriteNumber("n_threads", threads);
            json.WriteNumber("n_threads_batch", threads);
            json.WriteNumber("pp", test.Prompt);
            json.WriteNumber("tg", test.Generated);
            json.WriteNumber("pl", test.Sequences);
            json.WriteNumber("n_kv", test.Tokens);
            json.WriteNumber("t_pp", Math.Round(result.PrefillSeconds, 6));
            json.WriteNumber("speed_pp", Math.Round(result.PrefillRate, 6));
            json.WriteNumber("t_tg", Math.Round(result.DecodeSeconds, 6));
            json.WriteNumber("speed_tg", Math.Round(result.DecodeRate, 6));
            json.WriteNumber("t", Math.Round(result.Seconds, 6));
            json.WriteNumber("speed", Math.Round(result.TotalRate, 6));
            json.WriteString("logits_hash", result.LogitsHash.ToString("x16", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private void WriteLine(string line) => output.Write(Encoding.UTF8.GetBytes(line + "\n"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
