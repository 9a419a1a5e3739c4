namespace LlamaInterop.Cli.Text;

/// <summary>The model that ships with the repository, for when none is named.</summary>
internal static class DemoModel
{
    private static readonly string RelativePath = System.IO.Path.Combine("models", "demo.gguf");

    /// <summary>The path of the demo model, which it says on stderr.</summary>
    /// <exception cref="UsageException">It is not where the program lies.</exception>
    public static string Path(TextWriter error)
    {
        string path = Find(AppContext.BaseDirectory) ?? Find(Directory.GetCurrentDirectory())
            ?? throw new UsageException($"--model is missing, and no folder above the program or this one has {RelativePath}");
        error.WriteLine($"model: {path} (none was named with -m)");
        return path;
    }

    private static string? Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            string candidate = System.IO.Path.Combine(folder.FullName, RelativePath);
            if (File.Exists(candidate))
                return candidate;
        }
        return null;
    }
}
