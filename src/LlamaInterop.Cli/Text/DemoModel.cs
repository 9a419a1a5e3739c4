namespace LlamaInterop.Cli.Text;

/// <summary>The model that ships with the repository, for when none is named.</summary>
internal static class DemoModel
{
    private static readonly string RelativePath = Path.Combine("models", "demo.gguf");

    /// <summary>The named model, or else the demo model, which it says on stderr.</summary>
    /// <exception cref="UsageException">The name is empty, or none is given and the demo model is not where the program lies.</exception>
    public static string PathOr(string? named, TextWriter error)
    {
        if (named is "")
            throw new UsageException("--model: the name is empty");
        if (named is not null)
            return named;
        string path = Find(AppContext.BaseDirectory) ?? Find(Directory.GetCurrentDirectory())
            ?? throw new UsageException($"--model is missing, and no folder above the program or this one has {RelativePath}");
        error.WriteLine($"model: {path} (none was named with -m)");
        return path;
    }

    private static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(candidate))
                return candidate;
        }
        return null;
    }
}
