using System.Text.Json;
using LlamaInterop.Gguf;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Carries over the chat templates: of <c>tokenizer_config.json</c>, one or several with names, or of files of their own.</summary>
internal static class ChatTemplates
{
    private const string Key = "tokenizer.chat_template";
    private const string Default = "default";
    private const int MaxNameLength = 256;
    private const int MaxTemplates = 256;

    public static void Write(SideFiles side, GgufWriter writer, ICollection<string> warnings)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, template) in Read(side, warnings))
        {
            string plain = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            if (plain.Length == 0)
                continue;
            if (plain.Length > MaxNameLength || names.Count == MaxTemplates)
                throw new ImportException(ImportCheck.Limit, side.Directory, $"has more than {MaxTemplates} chat templates, or a name of {plain.Length} characters");
            if (plain != Default)
                names.Add(plain);
            writer.Set(plain == Default ? Key : $"{Key}.{plain}", GgufValue.From(template));
        }
        if (names.Count > 0)
            writer.Set("tokenizer.chat_templates", GgufValue.FromArray(names));
    }

    private static IEnumerable<(string Name, string Template)> Read(SideFiles side, ICollection<string> warnings)
    {
        if (side.TokenizerConfig?.Find("chat_template") is { } own)
            return ReadValue(own, warnings);
        if (side.Text("chat_template.jinja") is { } file)
            return [(Default, file), .. ReadFolder(side)];
        return side.Json("chat_template.json")?.Find("chat_template") is { } json ? ReadValue(json, warnings) : [];
    }

    private static IEnumerable<(string, string)> ReadValue(JsonValue value, ICollection<string> warnings)
    {
        switch (value.Kind)
        {
            case JsonValueKind.String:
                return [(Default, value.Text)];
            case JsonValueKind.Array:
                return value.Items.Select(item => (item.Get("name").Text, item.Get("template").Text));
            default:
                warnings.Add($"{Path.GetFileName(value.Path)}: {value.Place} is neither a text nor a list, and left out");
                return [];
        }
    }

    private static IEnumerable<(string, string)> ReadFolder(SideFiles side)
    {
        const string Folder = "additional_chat_templates";
        string path = Path.Combine(side.Directory, Folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, "*.jinja").Order(StringComparer.Ordinal)
                .Select(file => (Path.GetFileNameWithoutExtension(file), side.Text(Path.Combine(Folder, Path.GetFileName(file)))!))
            : [];
    }
}
