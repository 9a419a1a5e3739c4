namespace LlamaInterop.Bindgen;

/// <summary>The command line: which header is read, and into which folder the files go. Both default to the repository's own.</summary>
internal sealed record Options(string Header, string Output)
{
    /// <summary>The options, or null when an argument is unknown or lacks its value.</summary>
    /// <exception cref="FileNotFoundException">There is no such header.</exception>
    public static Options? Parse(string[] args)
    {
        string? header = null, output = null;
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length)
                return null;
            if (args[i] == "--header")
                header = Path.GetFullPath(args[i + 1]);
            else if (args[i] == "--output")
                output = Path.GetFullPath(args[i + 1]);
            else
                return null;
        }
        header ??= Path.Combine(RepositoryRoot(), "native", "include", "llamakernels.h");
        output ??= Path.Combine(RepositoryRoot(), "src", "LlamaInterop.Native", "Generated");
        return File.Exists(header) ? new(header, output) : throw new FileNotFoundException($"{header}: no such file");
    }

    private static string RepositoryRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "LlamaInterop.sln")))
                return directory;
        }
        throw new DirectoryNotFoundException($"LlamaInterop.sln is in no folder above {AppContext.BaseDirectory}; name --header and --output");
    }
}
