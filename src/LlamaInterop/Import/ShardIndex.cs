using System.Text.Json;

namespace LlamaInterop.Import;

/// <summary>
/// The parts of a model whose weights lie in several files: <c>model.safetensors.index.json</c>, whose <c>weight_map</c> gives the file of
/// each tensor, or names that count, <c>NAME-00001-of-00003.safetensors</c>.
/// </summary>
internal static class ShardIndex
{
    private const int MaxBytes = 64 << 20;
    private const int MaxParts = 10_000;

    /// <summary>The files that an index names, in the order of their names.</summary>
    /// <exception cref="ImportException">The index is malformed, or a file that it names is not there.</exception>
    public static IReadOnlyList<string> PartsOf(string indexPath)
    {
        using JsonDocument document = Parse(indexPath);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new ImportException(ImportCheck.Json, indexPath, "has no weight_map");
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty tensor in map.EnumerateObject())
            names.Add(tensor.Value.ValueKind == JsonValueKind.String ? CheckedName(indexPath, tensor.Value.GetString()!)
                : throw new ImportException(ImportCheck.Json, indexPath, $"the file of tensor '{tensor.Name}' is no string"));
        string directory = Path.GetDirectoryName(indexPath) ?? "";
        return [.. names.Select(name => Path.Combine(directory, name))];
    }

    /// <summary>All parts of the model that a file is one of by its name; the file alone where its name does not count.</summary>
    /// <exception cref="ImportException">A part is missing.</exception>
    public static IReadOnlyList<string> PartsBeside(string path)
    {
        if (!TryReadNumbers(path, out string stem, out int count))
            return [path];
        string[] parts = [.. Enumerable.Range(1, count).Select(i => $"{stem}-{i:D5}-of-{count:D5}{Path.GetExtension(path)}")];
        return Array.Find(parts, part => !File.Exists(part)) is { } missing
            ? throw new ImportException(ImportCheck.File, path, $"is one of {count} parts, but {Path.GetFileName(missing)} is missing")
            : parts;
    }

    /// <summary>A file's path without its extension and, of a part, without its number.</summary>
    public static string StemOf(string path) => TryReadNumbers(path, out string stem, out _) ? stem : Path.ChangeExtension(path, null);

    private static bool TryReadNumbers(string path, out string stem, out int count)
    {
        const int suffixLength = 15;
        string bare = Path.ChangeExtension(path, null);
        stem = bare.Length > suffixLength ? bare[..^suffixLength] : "";
        ReadOnlySpan<char> suffix = bare.AsSpan(stem.Length);
        count = 0;
        return stem.Length > 0 && suffix[0] == '-' && suffix[6..10] is "-of-"
            && int.TryParse(suffix[1..6], out int number) && int.TryParse(suffix[10..], out count)
            && number >= 1 && number <= count && count <= MaxParts;
    }

    private static JsonDocument Parse(string path)
    {
        using SourceFile file = SourceFile.Open(path);
        if (file.Length > MaxBytes)
            throw file.Refuse(ImportCheck.Limit, $"has {file.Length} bytes; {MaxBytes} are the most that an index may have");
        byte[] json = new byte[file.Length];
        file.Read(0, json);
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException error)
        {
            throw new ImportException(ImportCheck.Json, path, error.Message, error);
        }
    }

    /// <summary>A file of the same folder: an index may not send the reader anywhere else.</summary>
    private static string CheckedName(string indexPath, string name) =>
        name.Length > 0 && name == Path.GetFileName(name) && name is not ("." or "..") && name.IndexOf('\\', StringComparison.Ordinal) < 0 ? name
            : throw new ImportException(ImportCheck.File, indexPath, $"'{name}' is no file of its folder");
}
