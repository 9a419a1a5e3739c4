using System.Text;
using LlamaInterop.Cli.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>Lines of hashes: <c>sha256    DIGITS  model.gguf:tensor</c>.</summary>
internal sealed class HashManifest
{
    public const string Good = "Ok";
    private const int LongestLine = 80;

    private readonly Dictionary<(string Kind, string? Tensor), string> _values = [];

    /// <summary>The safest hash that it holds; null when it holds none.</summary>
    public TensorHashKind? Safest => Enum.GetValues<TensorHashKind>().Where(kind => _values.Keys.Any(key => key.Kind == NameOf(kind)))
        .Select(kind => (TensorHashKind?)kind).Where(kind => kind != TensorHashKind.Uuid).LastOrDefault();

    /// <exception cref="InvalidDataException">A line is none of a manifest.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HashManifest Read(string path)
    {
        var manifest = new HashManifest();
        foreach (string line in Encoding.UTF8.GetString(TextFile.ReadBytes(path)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 3 || !Enum.GetValues<TensorHashKind>().Any(kind => NameOf(kind) == words[0]))
                throw new InvalidDataException($"{path}: not a manifest of hashes: {(line.Length <= LongestLine ? line : line[..LongestLine] + "...")}");
            int colon = words[2].LastIndexOf(".gguf:", StringComparison.Ordinal);
            manifest._values[(words[0], colon < 0 ? null : words[2][(colon + 6)..])] = words[1];
        }
        return manifest;
    }

    public static string Line(string path, TensorHash hash) =>
        GgufListing.Printable($"{NameOf(hash.Kind),-8}  {hash.Value}  {Path.GetFileName(path)}{(hash.Tensor is null ? "" : ":" + hash.Tensor)}");

    /// <summary>"Ok", "Not Ok", or that the manifest says nothing.</summary>
    public string Judge(string path, TensorHash hash) =>
        !_values.TryGetValue((NameOf(hash.Kind), hash.Tensor), out string? value) ? $"not in the manifest of {Path.GetFileName(path)}"
        : value == hash.Value ? Good : "Not Ok";

    private static string NameOf(TensorHashKind kind) => kind switch
    {
        TensorHashKind.XxHash64 => "xxh64",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
