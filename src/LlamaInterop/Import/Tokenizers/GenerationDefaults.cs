using System.Text.Json;
using LlamaInterop.Gguf;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Carries over how the model's maker advises to sample: <c>generation_config.json</c> to <c>general.sampling.*</c>.</summary>
internal static class GenerationDefaults
{
    private static readonly (string Name, string Key, bool IsInteger)[] Values =
    [
        ("top_k", "top_k", true),
        ("top_p", "top_p", false),
        ("min_p", "min_p", false),
        ("xtc_probability", "xtc_probability", false),
        ("xtc_threshold", "xtc_threshold", false),
        ("temperature", "temp", false),
        ("penalty_last_n", "penalty_last_n", true),
        ("penalty_repeat", "penalty_repeat", false),
        ("mirostat", "mirostat", true),
        ("mirostat_tau", "mirostat_tau", false),
        ("mirostat_eta", "mirostat_eta", false),
    ];

    public static void Write(SideFiles side, GgufWriter writer)
    {
        if (side.GenerationConfig is not { } config)
            return;
        foreach (var (name, key, isInteger) in Values)
        {
            if (config.Find(name) is { Kind: JsonValueKind.Number } value)
                writer.Set($"general.sampling.{key}", isInteger ? GgufValue.From(value.Integer(int.MinValue, int.MaxValue)) : GgufValue.From(value.Number));
        }
    }
}
