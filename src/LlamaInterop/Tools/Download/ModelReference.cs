using System.Text.RegularExpressions;

namespace LlamaInterop.Tools;

/// <summary>A model on a hub: a repository, and which of its files.</summary>
/// <param name="Organization">Whose it is.</param>
/// <param name="Repository">Its name.</param>
/// <param name="Quantization">The part of the file's name that says how it is quantized, such as <c>Q4_K_M</c>; null: see <see cref="ModelDownload"/>.</param>
public sealed partial record ModelReference(string Organization, string Repository, string? Quantization)
{
    private const string Address = "https://huggingface.co/", ShortAddress = "hf.co/", LongAddress = "huggingface.co/";

    /// <summary>"ORG/REPO".</summary>
    public string Name => $"{Organization}/{Repository}";

    /// <summary>Reads <c>ORG/REPO</c> or <c>ORG/REPO:QUANT</c>, with or without <c>hf.co/</c> or a full address before it.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static ModelReference Parse(string text)
    {
        string rest = text;
        foreach (string prefix in (string[])[Address, LongAddress, ShortAddress])
            rest = rest.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? rest[prefix.Length..] : rest;
        Match match = Form().Match(rest.TrimEnd('/'));
        if (!match.Success || IsDots(match.Groups["repository"].Value) || IsDots(match.Groups["organization"].Value))
            throw new FormatException($"'{text}' is not of the form ORG/REPO or ORG/REPO:QUANT");
        Group quantization = match.Groups["quantization"];
        return new(match.Groups["organization"].Value, match.Groups["repository"].Value, quantization.Success ? quantization.Value : null);
    }

    /// <summary>As it is written: "ORG/REPO:QUANT".</summary>
    public override string ToString() => Quantization is null ? Name : $"{Name}:{Quantization}";

    /// <summary>Names become folders: one of dots alone would lead out of them.</summary>
    private static bool IsDots(string name) => name.AsSpan().Trim('.').IsEmpty;

    [GeneratedRegex(@"^(?<organization>[\w.-]+)/(?<repository>[\w.-]+)(:(?<quantization>[\w.-]+))?$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Form();
}
