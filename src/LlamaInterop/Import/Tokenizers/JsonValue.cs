using System.Text.Json;
using System.Text.Unicode;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>A value of a JSON file. What is not of the kind that is asked for is an error that names the file and the place.</summary>
internal readonly struct JsonValue
{
    // The largest tokenizer.json in use has 35 MB.
    private const long MaxFileBytes = 512L << 20;

    private readonly JsonElement _element;
    private readonly string _parent;
    private readonly string? _name;
    private readonly int _index;

    private JsonValue(string path, JsonElement element, string parent, string? name, int index)
    {
        Path = path;
        _element = element;
        _parent = parent;
        _name = name;
        _index = index;
    }

    public string Path { get; }

    public JsonValueKind Kind => _element.ValueKind;

    /// <summary>How to get here from the file's root: <c>model.merges[7]</c>.</summary>
    public string Place => _name is null
        ? _index < 0 ? _parent : $"{_parent}[{_index}]"
        : _parent.Length == 0 ? _name : $"{_parent}.{_name}";

    /// <summary>A value that is parsed already.</summary>
    public static JsonValue Of(string path, JsonElement root) => new(path, root, "", null, -1);

    /// <exception cref="ImportException">The file cannot be read, or is not JSON.</exception>
    public static JsonValue Read(string path)
    {
        ReadOnlyMemory<byte> bytes = TokenizerFile.ReadAll(path, MaxFileBytes);
        if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            bytes = bytes[3..];
        if (!Utf8.IsValid(bytes.Span))
            throw new ImportException(ImportCheck.TextEncoding, path, "is not UTF-8");
        try
        {
            return Of(path, JsonDocument.Parse(bytes).RootElement);
        }
        catch (JsonException error)
        {
            throw new ImportException(ImportCheck.Json, path, $"is not JSON: {error.Message}", error);
        }
    }

    /// <summary>The value of a string.</summary>
    public string Text
    {
        get
        {
            Demand(JsonValueKind.String, "a string");
            try
            {
                return _element.GetString()!;
            }
            catch (InvalidOperationException error)
            {
                throw new ImportException(ImportCheck.TextEncoding, Path, $"{Place} holds half of a surrogate pair", error);
            }
        }
    }

    public bool Truth => Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unfit("true or false"),
    };

    public float Number
    {
        get
        {
            Demand(JsonValueKind.Number, "a number");
            return _element.TryGetSingle(out float number) && float.IsFinite(number)
                ? number
                : throw Refuse(ImportCheck.Number, $"{Place} is {_element.GetRawText()}, beyond what 32 bits hold");
        }
    }

    public IEnumerable<JsonValue> Items
    {
        get
        {
            Demand(JsonValueKind.Array, "an array");
            return Enumerate(this);

            static IEnumerable<JsonValue> Enumerate(JsonValue array)
            {
                string place = array.Place;
                int index = 0;
                foreach (var element in array._element.EnumerateArray())
                    yield return new(array.Path, element, place, null, index++);
            }
        }
    }

    public IEnumerable<(string Name, JsonValue Value)> Members
    {
        get
        {
            Demand(JsonValueKind.Object, "an object");
            return Enumerate(this);

            static IEnumerable<(string, JsonValue)> Enumerate(JsonValue parent)
            {
                string place = parent.Place;
                foreach (var property in parent._element.EnumerateObject())
                {
                    string name = parent.NameOf(property);
                    yield return (name, new(parent.Path, property.Value, place, name, -1));
                }
            }
        }
    }

    /// <summary>An integer from <paramref name="min"/> to <paramref name="max"/>.</summary>
    public int Integer(int min, int max)
    {
        Demand(JsonValueKind.Number, "an integer");
        return _element.TryGetInt32(out int number) && number >= min && number <= max
            ? number
            : throw Refuse(ImportCheck.Number, $"{Place} is {_element.GetRawText()}, not an integer from {min} to {max}");
    }

    /// <summary>A member of an object; none where it is absent or null.</summary>
    public JsonValue? Find(string name)
    {
        Demand(JsonValueKind.Object, "an object");
        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? new(Path, value, Place, name, -1)
            : null;
    }

    /// <summary>A member of an object, which must be there.</summary>
    public JsonValue Get(string name) => Find(name)
        ?? throw Refuse(ImportCheck.Json, $"{(Place.Length == 0 ? "the root" : Place)} has no '{name}'");

    public ImportException Refuse(ImportCheck check, string reason) => new(check, Path, reason);

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new ImportException(ImportCheck.TextEncoding, Path, $"a key of {Place} holds half of a surrogate pair", error);
        }
    }

    private void Demand(JsonValueKind kind, string wanted)
    {
        if (Kind != kind)
            throw Unfit(wanted);
    }

    private ImportException Unfit(string wanted) =>
        Refuse(ImportCheck.Json, $"{(Place.Length == 0 ? "the root" : Place)} is {Kind.ToString().ToLowerInvariant()}, not {wanted}");
}
