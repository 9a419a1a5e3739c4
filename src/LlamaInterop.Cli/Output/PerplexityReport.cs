using System.Globalization;
using System.Text;
using System.Text.Json;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A perplexity on stdout, in llama.cpp's words or as JSON.</summary>
internal static class PerplexityReport
{
    public static void Write(PerplexityResult result, Stream output) =>
        output.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Final estimate: PPL = {result.Perplexity:F4} +/- {result.Error:F5}\n")));

    public static void WriteJson(PerplexityResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, JsonText.Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("perplexity", result.Perplexity);
            json.WriteNumber("error", result.Error);
            json.WriteNumber("chunks", result.Chunks);
            json.WriteNumber("tokens", result.Tokens);
            json.WriteEndObject();
        }
        output.Write("\n"u8);
    }
}
