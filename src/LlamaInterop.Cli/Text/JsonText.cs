using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlamaInterop.Cli.Text;

/// <summary>How JSON is written: text as it is, escaped only where JSON demands it.</summary>
internal static class JsonText
{
    /// <summary>One line.</summary>
    public static JsonWriterOptions Compact { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For people.</summary>
    public static JsonWriterOptions Indented { get; } = Compact with { Indented = true, NewLine = "\n" };
}
