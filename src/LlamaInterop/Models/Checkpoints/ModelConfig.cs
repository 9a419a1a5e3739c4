using System.Text.Json;

namespace LlamaInterop.Models.Checkpoints;

/// <summary>
/// A checkpoint's <c>config.json</c>, each value checked where it is read: an error is one line that names the file, the key and what it
/// must be. Where the model is a part of a larger one, its own section (<c>text_config</c>) goes before the whole. A null is a missing key.
/// </summary>
internal sealed class ModelConfig
{
    private const int MaxBytes = 16 << 20;

    private readonly string _scope;
    private readonly JsonElement[] _objects;

    private ModelConfig(string path, string scope, params JsonElement[] objects) => (Path, _scope, _objects, Root) = (path, scope, objects, objects[^1]);

    public string Path { get; }

    /// <summary>The object as a whole; of a larger model, the whole one's.</summary>
    public JsonElement Root { get; private init; }

    /// <summary>The class that transformers runs it with, the first of <c>architectures</c>; where that is missing, the <c>model_type</c>.</summary>
    public string Class
    {
        get
        {
            string[] classes = Root.TryGetProperty("architectures", out JsonElement value) && value.ValueKind == JsonValueKind.Array
                ? [.. value.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)] : [];
            return classes.FirstOrDefault() ?? Family
                ?? throw new ModelException($"{Path}: architectures is missing; it names the model's class");
        }
    }

    /// <summary>The whole model's <c>model_type</c>, or null.</summary>
    public string? Family => new ModelConfig(Path, "", Root).StringOrNull("model_type");

    /// <summary>Rows of the token table; 0 where the file does not say.</summary>
    public int VocabularySize => IntOr(0, "vocab_size");

    /// <exception cref="ModelException">The file cannot be read, or is no JSON object.</exception>
    public static ModelConfig Load(string path) => Parse(path, ReadAll(path));

    /// <summary>The objects of a file that lists some; what is listed besides is left out.</summary>
    /// <exception cref="ModelException">The file cannot be read, or is no JSON list.</exception>
    public static IEnumerable<ModelConfig> LoadList(string path)
    {
        JsonElement root = ParseElement(path, ReadAll(path));
        return root.ValueKind == JsonValueKind.Array ? root.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object).Select(item => new ModelConfig(path, "", item))
            : throw new ModelException($"{path}: must be a JSON list, but is {Describe(root)}");
    }

    /// <param name="path">What errors call it.</param>
    /// <param name="json">UTF-8, with or without a mark at its beginning.</param>
    /// <exception cref="ModelException">It is no JSON object.</exception>
    public static ModelConfig Parse(string path, ReadOnlySpan<byte> json)
    {
        JsonElement root = ParseElement(path, json);
        if (root.ValueKind != JsonValueKind.Object)
            throw new ModelException($"{path}: must be a JSON object, but is {Describe(root)}");
        foreach (string part in (string[])["text_config", "llm_config"])
        {
            if (root.TryGetProperty(part, out JsonElement section) && section.ValueKind == JsonValueKind.Object)
                return new ModelConfig(path, "", section, root);
        }
        return new ModelConfig(path, "", root);
    }

    public bool Has(params ReadOnlySpan<string> names) => TryFind(names, out _, out _);

    /// <summary>A size, from 1, under the first of several names that is there; of a list by layer, the number that is the same for all.</summary>
    public int Int(params ReadOnlySpan<string> names) =>
        TryFind(names, out string name, out JsonElement value) ? ToInt(name, value, 1) : throw Missing(names);

    /// <summary>As <see cref="Int"/>, from 0; where no name is there, the default.</summary>
    public int IntOr(int defaultValue, params ReadOnlySpan<string> names) =>
        TryFind(names, out string name, out JsonElement value) ? ToInt(name, value, 0) : defaultValue;

    /// <summary>A finite number.</summary>
    public float Float(params ReadOnlySpan<string> names) =>
        TryFind(names, out string name, out JsonElement value) ? ToFloat(name, value) : throw Missing(names);

    public float FloatOr(float defaultValue, params ReadOnlySpan<string> names) =>
        TryFind(names, out string name, out JsonElement value) ? ToFloat(name, value) : defaultValue;

    public bool BoolOr(bool defaultValue, string name)
    {
        if (!TryFind([name], out _, out JsonElement value))
            return defaultValue;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(name, value, "true or false");
    }

    public string? StringOrNull(params ReadOnlySpan<string> names)
    {
        if (!TryFind(names, out string name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, value, "a string");
    }

    /// <summary>Finite numbers; none where the key is missing.</summary>
    public float[] Floats(string name) => [.. Elements(name).Select(value => ToFloat(name, value))];

    /// <summary>Sizes, from 0; none where the key is missing.</summary>
    public int[] Ints(string name) => [.. Elements(name).Select(value => ToInt(name, value, 0))];

    /// <summary>Texts; none where the key is missing.</summary>
    public string[] Strings(string name) =>
        [.. Elements(name).Select(value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, value, "a list of strings"))];

    /// <summary>An object inside of this one, or null.</summary>
    public ModelConfig? Section(params ReadOnlySpan<string> names)
    {
        if (!TryFind(names, out string name, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.Object ? new ModelConfig(Path, $"{_scope}{name}.", value) : throw Wrong(name, value, "an object");
    }

    /// <summary>Objects inside of a list; none where the key is missing.</summary>
    public ModelConfig[] Sections(string name) =>
        [.. Elements(name).Select((value, i) => value.ValueKind == JsonValueKind.Object ? new ModelConfig(Path, $"{_scope}{name}[{i}].", value) : throw Wrong(name, value, "a list of objects"))];

    /// <summary>The same with values for what neither the model's section nor the whole states.</summary>
    /// <param name="defaults">A JSON object.</param>
    public ModelConfig WithDefaults(string defaults) =>
        new(Path, _scope, [.. _objects, JsonSerializer.Deserialize<JsonElement>(defaults)]) { Root = Root };

    /// <summary>A size that is computed of a key's value.</summary>
    /// <param name="name">The key, for errors.</param>
    /// <param name="size">What it comes to; fractions are cut off.</param>
    public int Computed(string name, double size) =>
        size is >= 0 and <= int.MaxValue ? (int)size : throw Refuse(name, $"makes a size of {size:0}, and {int.MaxValue} is the most");

    /// <summary>The error that a key is not what it must be.</summary>
    public ModelException Refuse(string name, string reason) => new($"{Path}: {_scope}{name} {reason}");

    private static byte[] ReadAll(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes ? File.ReadAllBytes(path)
                : throw new ModelException($"{path}: has more than {MaxBytes >> 20} MiB, and so is no model's configuration");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ModelException(error is FileNotFoundException ? $"{path}: no such file" : $"{path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static JsonElement ParseElement(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
            return JsonSerializer.Deserialize<JsonElement>(json.StartsWith(mark) ? json[mark.Length..] : json);
        }
        catch (JsonException error)
        {
            throw new ModelException($"{path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private bool TryFind(ReadOnlySpan<string> names, out string found, out JsonElement value)
    {
        foreach (string name in names)
        {
            foreach (JsonElement source in _objects)
            {
                if (source.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
                {
                    found = name;
                    return true;
                }
            }
        }
        (found, value) = ("", default);
        return false;
    }

    private IEnumerable<JsonElement> Elements(string name)
    {
        if (!TryFind([name], out _, out JsonElement value))
            return [];
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(name, value, "a list");
    }

    private int ToInt(string name, JsonElement value, int min)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
        {
            int[] sizes = [.. value.EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number ? ToInt(name, size, min) : throw Wrong(name, value, "a size"))];
            return Array.TrueForAll(sizes, size => size == sizes[0]) ? sizes[0] : throw Refuse(name, "is a list, and must be the same for all layers");
        }
        bool isNumber = value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == Math.Floor(number) && number >= min && number <= int.MaxValue;
        return isNumber ? (int)value.GetDouble() : throw Wrong(name, value, $"a whole number of at least {min}");
    }

    private float ToFloat(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && float.IsFinite((float)number) ? (float)number
            : throw Wrong(name, value, "a finite number");

    private ModelException Missing(ReadOnlySpan<string> names) => new($"{Path}: {_scope}{names[0]} is missing");

    private ModelException Wrong(string name, JsonElement value, string expected) => Refuse(name, $"must be {expected}, but is {Describe(value)}");

    private static string Describe(JsonElement value)
    {
        const int longest = 40;
        string text = value.GetRawText().ReplaceLineEndings(" ");
        return value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            _ => text.Length <= longest ? text : text[..longest] + "...",
        };
    }
}
