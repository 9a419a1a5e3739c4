using System.Text.Json;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>The files beside a tokenizer that say more of it, each read when it is asked for, and the model's configuration.</summary>
internal sealed class SideFiles(string directory, JsonElement config)
{
    private readonly Dictionary<string, JsonValue?> _files = new(StringComparer.Ordinal);

    /// <summary>Where they lie.</summary>
    public string Directory => directory;

    /// <summary><c>config.json</c>, or none.</summary>
    public JsonValue? Config { get; } = config.ValueKind == JsonValueKind.Undefined ? null : JsonValue.Of(Path.Combine(directory, "config.json"), config);

    public JsonValue? TokenizerConfig => Json("tokenizer_config.json");

    public JsonValue? GenerationConfig => Json("generation_config.json");

    /// <summary>A JSON file, or none.</summary>
    public JsonValue? Json(string name)
    {
        if (!_files.TryGetValue(name, out var value))
        {
            string path = Path.Combine(directory, name);
            _files[name] = value = File.Exists(path) ? JsonValue.Read(path) : null;
        }
        return value;
    }

    /// <summary>The text of a file, or none.</summary>
    public string? Text(string name)
    {
        const long MaxBytes = 16 << 20;
        string path = Path.Combine(directory, name);
        if (!File.Exists(path))
            return null;
        byte[] bytes = TokenizerFile.ReadAll(path, MaxBytes);
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : throw new ImportException(ImportCheck.TextEncoding, path, "is not UTF-8");
    }
}
