namespace LlamaInterop.Cli.Text;

/// <summary>Files named on the command line, with errors that name them.</summary>
internal static class TextFile
{
    /// <summary>More than any context holds, and soon reached where a file has no end, as /dev/zero has none.</summary>
    private const int MostBytes = 64 << 20;

    /// <exception cref="IOException">The file cannot be read: one line that begins with its path.</exception>
    public static byte[] ReadBytes(string path)
    {
        if (path.Length == 0)
            throw new UsageException("-f, the file to read, is empty");
        if (Directory.Exists(path))
            throw new IOException($"{path}: is a directory");
        if (!File.Exists(path))
            throw new IOException($"{path}: no such file");
        try
        {
            using FileStream file = File.OpenRead(path);
            return ReadToEnd(file, path);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException($"{path}: permission denied");
        }
    }

    /// <summary>The same without a line break at the end, which editors add.</summary>
    /// <exception cref="IOException">The file cannot be read: one line that begins with its path.</exception>
    public static byte[] ReadBytesOfText(string path) => ReadBytes(path) is var text && text is [.., (byte)'\n'] ? text[..^1] : text;

    private static byte[] ReadToEnd(FileStream file, string path)
    {
        using var content = new MemoryStream();
        byte[] chunk = new byte[1 << 16];
        for (int read; (read = file.Read(chunk)) > 0; content.Write(chunk, 0, read))
        {
            if (content.Length + read > MostBytes)
                throw new IOException($"{path}: is larger than {MostBytes >> 20} MiB");
        }
        return content.ToArray();
    }
}
