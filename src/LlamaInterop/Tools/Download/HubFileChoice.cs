using System.Text.RegularExpressions;

namespace LlamaInterop.Tools;

/// <summary>Which files of a repository make the model that was asked for.</summary>
internal static partial class HubFileChoice
{
    /// <summary>What is taken where nothing is asked for, the first that is there.</summary>
    private static readonly string[] Preferred = ["Q4_K_M", "Q4_K_S", "Q4_0", "Q8_0"];

    /// <summary>The file, or all parts of a split one, the first part first.</summary>
    /// <exception cref="DownloadException">No file fits.</exception>
    public static IReadOnlyList<HubFile> Of(IReadOnlyList<HubFile> files, ModelReference model, string? path)
    {
        if (path is not null)
            return Parts(files, files.FirstOrDefault(file => file.Path == path) ?? throw NoneIs(files, model, $"no file is called {path}"));
        var models = files.Where(file => !IsCompanion(file)).ToList();
        if (models.Count == 0)
            throw new DownloadException($"{model.Name}: has no GGUF files");
        HubFile? chosen = model.Quantization is { } asked ? Named(models, asked) : Preferred.Select(name => Named(models, name)).FirstOrDefault(file => file is not null) ?? models[0];
        return Parts(files, chosen ?? throw NoneIs(models, model, $"no file is quantized as {model.Quantization}"));
    }

    /// <summary>Vision projectors, drafts of the converter and importance matrices lie beside models and are none.</summary>
    private static bool IsCompanion(HubFile file) => Companion().IsMatch(file.Path[(file.Path.LastIndexOf('/') + 1)..]);

    /// <summary>The first file whose name has the word, between separators.</summary>
    private static HubFile? Named(IEnumerable<HubFile> files, string word) => files.OrderBy(file => file.Path, StringComparer.Ordinal)
        .FirstOrDefault(file => Regex.IsMatch(file.Path, $"(^|[-._/]){Regex.Escape(word)}([-./]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));

    private static IReadOnlyList<HubFile> Parts(IReadOnlyList<HubFile> files, HubFile one)
    {
        Match part = Part().Match(one.Path);
        if (!part.Success)
            return [one];
        int count = int.Parse(part.Groups["count"].Value, System.Globalization.CultureInfo.InvariantCulture);
        string prefix = one.Path[..part.Index];
        return
        [
            .. from number in Enumerable.Range(1, count)
               let path = $"{prefix}-{number:D5}-of-{count:D5}.gguf"
               select files.FirstOrDefault(file => file.Path == path) ?? throw new DownloadException($"{one.Path}: part {path} is not in the repository"),
        ];
    }

    private static DownloadException NoneIs(IReadOnlyList<HubFile> files, ModelReference model, string reason)
    {
        const int most = 20;
        string names = string.Join(", ", files.Take(most).Select(file => file.Path));
        return new($"{model.Name}: {reason}; there are {names}{(files.Count > most ? ", ..." : "")}");
    }

    [GeneratedRegex(@"^(mmproj|.*imatrix)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Companion();

    [GeneratedRegex(@"-\d{5}-of-(?<count>\d{5})\.gguf$", RegexOptions.CultureInvariant)]
    private static partial Regex Part();
}
