using System.Globalization;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Inference;
using LlamaInterop.Sampling;

namespace LlamaInterop.Cli.Output;

/// <summary>What a run says of itself: before, the sampling; after, where the time went; or all of it as one JSON object.</summary>
internal static class RunReport
{
    /// <summary>The sampling parameters, the chain in its order, and the seed.</summary>
    public static string Sampling(SamplingOptions options, SamplerChain chain) =>
        $"sampling: {options.Describe()}\nsamplers: {chain.Describe()}\nseed: {chain.Seed}";

    public static void WriteTimings(TextWriter writer, LlamaModel model, Generation run, TimeSpan loading)
    {
        GenerationTimings t = run.Timings;
        writer.WriteLine(Line("load", loading, 0, null));
        writer.WriteLine(Line("sample", t.Sampling, t.SampledTokens, null));
        writer.WriteLine(Line("prompt eval", t.Prompt, t.PromptTokens, null));
        writer.WriteLine(Line("eval", t.Evaluation, t.EvaluatedTokens, BytesPerSecond(model, t)));
        writer.WriteLine(Line("total", loading + t.Sampling + t.Prompt + t.Evaluation, t.PromptTokens + t.SampledTokens, null));
    }

    /// <summary>One object, its properties in this order.</summary>
    public static void WriteJson(Stream output, LlamaModel model, Generation run, string text, TimeSpan loading)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Compact))
        {
            json.WriteStartObject();
            if (run.EncoderTokens.Length > 0)
                WriteIds(json, "encoder_tokens", run.EncoderTokens);
            WriteIds(json, "prompt_tokens", run.Prompt);
            WriteIds(json, "tokens", run.Tokens);
            json.WriteString("text", text);
            json.WriteString("stop", Name(run.Finish));
            WriteTimings(json, model, run.Timings, loading);
            json.WriteString("device", model.Device);
            if (run.LogProbabilities.Count > 0)
                WriteLogProbabilities(json, run);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    /// <summary>The reason as the line that follows the text.</summary>
    public static string End(FinishReason? finish) => finish == FinishReason.EndOfText ? "[end of text]" : $"[stop: {Name(finish)}]";

    /// <summary>The reason in one word: "eos", "stop", "length" or "cancelled".</summary>
    private static string Name(FinishReason? finish) => finish switch
    {
        FinishReason.EndOfText => "eos",
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        _ => "cancelled",
    };

    private static void WriteIds(Utf8JsonWriter json, string name, IReadOnlyList<int> ids)
    {
        json.WriteStartArray(name);
        foreach (int id in ids)
            json.WriteNumberValue(id);
        json.WriteEndArray();
    }

    private static void WriteTimings(Utf8JsonWriter json, LlamaModel model, GenerationTimings t, TimeSpan loading)
    {
        json.WriteStartObject("timings");
        json.WriteNumber("load_ms", Math.Round(loading.TotalMilliseconds, 3));
        json.WriteNumber("sample_ms", Math.Round(t.Sampling.TotalMilliseconds, 3));
        json.WriteNumber("prompt_n", t.PromptTokens);
        json.WriteNumber("prompt_ms", Math.Round(t.Prompt.TotalMilliseconds, 3));
        json.WriteNumber("prompt_per_second", Math.Round(PerSecond(t.PromptTokens, t.Prompt), 3));
        json.WriteNumber("predicted_n", t.EvaluatedTokens);
        json.WriteNumber("predicted_ms", Math.Round(t.Evaluation.TotalMilliseconds, 3));
        json.WriteNumber("predicted_per_second", Math.Round(PerSecond(t.EvaluatedTokens, t.Evaluation), 3));
        json.WriteNumber("gigabytes_per_second", Math.Round(BytesPerSecond(model, t) / 1e9, 3));
        json.WriteEndObject();
    }

    private static void WriteLogProbabilities(Utf8JsonWriter json, Generation run)
    {
        json.WriteStartArray("logprobs");
        foreach ((int Id, float LogProbability)[] step in run.LogProbabilities)
        {
            json.WriteStartArray();
            foreach ((int id, float logProbability) in step)
            {
                json.WriteStartArray();
                json.WriteNumberValue(id);
                json.WriteNumberValue(logProbability);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    private static double BytesPerSecond(LlamaModel model, GenerationTimings t) => PerSecond(t.EvaluatedTokens, t.Evaluation) * model.BytesPerToken;

    private static double PerSecond(int count, TimeSpan time) => time > TimeSpan.Zero ? count / time.TotalSeconds : 0;

    private static string Line(string name, TimeSpan time, int tokens, double? bytesPerSecond)
    {
        FormattableString head = $"{name,11} time = {time.TotalMilliseconds,10:F2} ms";
        string text = head.ToString(CultureInfo.InvariantCulture);
        if (tokens == 0)
            return text;
        FormattableString rate = $" / {tokens,5} tokens ({time.TotalMilliseconds / tokens,8:F2} ms per token, {PerSecond(tokens, time),8:F2} tokens per second)";
        text += rate.ToString(CultureInfo.InvariantCulture);
        FormattableString read = $", {bytesPerSecond / 1e9:F2} GB/s";
        return bytesPerSecond > 0 ? text + read.ToString(CultureInfo.InvariantCulture) : text;
    }
}
