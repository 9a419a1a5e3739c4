namespace LlamaInterop.Cli.Text;

/// <summary>Files named on the command line, with errors that name them.</summary>
internal static class TextFile
{
    /// <exception cref="IOException">The file cannot be read: one line that begins with its path.</exception>
    public static byte[] ReadBytes(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"{path}: is a directory");
        if (!File.Exists(path))
            throw new IOException($"{path}: no such file");
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException($"{path}: permission denied");
        }
    }
}
