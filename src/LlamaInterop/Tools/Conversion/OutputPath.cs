namespace LlamaInterop.Tools;

/// <summary>Where a converted model goes.</summary>
internal static class OutputPath
{
    /// <param name="source">The model.</param>
    /// <param name="output">The file, in which <c>{ftype}</c> or <c>{outtype}</c> is the type's name (in capitals, it is too), a folder, or null.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="type">What it becomes: "F16", "vocab".</param>
    public static string Of(string source, string? output, string name, string type)
    {
        string upper = type.ToUpperInvariant(), lower = type.ToLowerInvariant();
        string folder = output ?? (Directory.Exists(source) ? source : Path.GetDirectoryName(source) ?? "");
        return output is not null && !Directory.Exists(output)
            ? output.Replace("{ftype}", lower, StringComparison.Ordinal).Replace("{outtype}", lower, StringComparison.Ordinal)
                .Replace("{FTYPE}", upper, StringComparison.Ordinal).Replace("{OUTTYPE}", upper, StringComparison.Ordinal)
            : Path.Combine(folder, $"{FileName(name)}-{type}.gguf");
    }

    private static string FileName(string name)
    {
        char[] refused = [' ', '/', '\\', .. Path.GetInvalidFileNameChars()];
        return string.Join('-', name.Trim().Split(refused));
    }
}
