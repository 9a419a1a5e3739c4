using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A comparison on stdout, in llama.cpp's words or as JSON.</summary>
internal static class DivergenceReport
{
    private static readonly (string Name, string Key, double Share)[] Upper =
        [("99.9%", "p999", 0.999), ("99.0%", "p99", 0.99), ("95.0%", "p95", 0.95), ("90.0%", "p90", 0.9)];

    private static readonly (string Name, string Key, double Share)[] Lower =
        [("10.0%", "p10", 0.1), (" 5.0%", "p5", 0.05), (" 1.0%", "p1", 0.01), (" 0.1%", "p01", 0.001)];

    public static void Write(KlDivergenceResult result, Stream output)
    {
        KlDivergenceEstimates e = result.Estimates;
        var text = new StringBuilder("====== Perplexity statistics ======\n");
        AppendMean(text, "Mean PPL(Q)                   : ", e.Perplexity);
        AppendMean(text, "Mean PPL(base)                : ", e.BasePerplexity);
        text.Append(CultureInfo.InvariantCulture, $"Cor(ln(PPL(Q)), ln(PPL(base))): {100 * e.Correlation,6:F2}%\n");
        AppendMean(text, "Mean ln(PPL(Q)/PPL(base))     : ", e.LogRatio);
        AppendMean(text, "Mean PPL(Q)/PPL(base)         : ", e.Ratio);
        AppendMean(text, "Mean PPL(Q)-PPL(base)         : ", e.Difference);
        text.Append("\n====== KL divergence statistics ======\n");
        AppendMean(text, "Mean    KLD: ", e.Divergence);
        AppendSpread(text, "KLD: ", result.Divergences, [.. Upper], [.. Lower], value => value.ToString("F6", CultureInfo.InvariantCulture).PadLeft(10));
        text.Append("\n====== Token probability statistics ======\n");
        text.Append(CultureInfo.InvariantCulture, $"Mean    Δp: {Percent(e.ProbabilityChange.Value)} ± {100 * e.ProbabilityChange.Error,5:F3} %\n");
        AppendSpread(text, "Δp: ", result.ProbabilityChanges, [.. Upper, ("75.0%", "p75", 0.75)], [("25.0%", "p25", 0.25), .. Lower], value => Percent(value) + "%");
        text.Append(CultureInfo.InvariantCulture, $"RMS Δp    : {Percent(e.ProbabilityChangeRms.Value)} ± {100 * e.ProbabilityChangeRms.Error,5:F3} %\n");
        text.Append(CultureInfo.InvariantCulture, $"Same top p: {Percent(e.SameTop.Value)} ± {100 * e.SameTop.Error,5:F3} %\n");
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    public static void WriteJson(KlDivergenceResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Compact))
        {
            KlDivergenceEstimates e = result.Estimates;
            json.WriteStartObject();
            WriteEstimate(json, "perplexity", e.Perplexity);
            WriteEstimate(json, "base_perplexity", e.BasePerplexity);
            json.WriteNumber("correlation", e.Correlation);
            WriteEstimate(json, "log_ratio", e.LogRatio);
            WriteEstimate(json, "kld", e.Divergence);
            WriteSpread(json, "kld_spread", result.Divergences);
            WriteEstimate(json, "delta_p", e.ProbabilityChange);
            WriteSpread(json, "delta_p_spread", result.ProbabilityChanges);
            WriteEstimate(json, "delta_p_rms", e.ProbabilityChangeRms);
            WriteEstimate(json, "same_top", e.SameTop);
            json.WriteNumber("chunks", result.Chunks);
            json.WriteNumber("tokens", result.Tokens);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }

    private static string Percent(double share) => (100 * share).ToString("F3", CultureInfo.InvariantCulture).PadLeft(6);

    private static void AppendMean(StringBuilder text, string label, Estimate estimate) =>
        text.Append(CultureInfo.InvariantCulture, $"{label}{estimate.Value,10:F6} ± {estimate.Error,10:F6}\n");

    private static void AppendSpread(
        StringBuilder text, string label, ValueDistribution values, (string Name, string Key, double Share)[] upper, (string Name, string Key, double Share)[] lower, Func<double, string> format)
    {
        void Append(string name, double value) => text.Append(name).Append(label).Append(format(value)).Append('\n');
        Append("Maximum ", values.Maximum);
        foreach ((string name, _, double share) in upper)
            Append(name + "   ", values.Percentile(share));
        Append("Median  ", values.Median);
        foreach ((string name, _, double share) in lower)
            Append(name + "   ", values.Percentile(share));
        Append("Minimum ", values.Minimum);
    }

    private static void WriteEstimate(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WriteNumber(name, estimate.Value);
        json.WriteNumber(name + "_error", estimate.Error);
    }

    private static void WriteSpread(Utf8JsonWriter json, string name, ValueDistribution values)
    {
        json.WriteStartObject(name);
        json.WriteNumber("max", values.Maximum);
        foreach ((_, string key, double share) in Upper)
            json.WriteNumber(key, values.Percentile(share));
        json.WriteNumber("median", values.Median);
        foreach ((_, string key, double share) in Lower)
            json.WriteNumber(key, values.Percentile(share));
        json.WriteNumber("min", values.Minimum);
        json.WriteEndObject();
    }
}
