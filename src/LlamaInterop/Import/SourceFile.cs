using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Import;

/// <summary>A file that is read at offsets, by many threads at once; what goes wrong is an <see cref="ImportException"/> that names it.</summary>
internal sealed class SourceFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private SourceFile(string path, SafeFileHandle handle, long length) => (Path, _handle, Length) = (path, handle, length);

    public string Path { get; }

    /// <summary>Bytes, when it was opened.</summary>
    public long Length { get; }

    /// <exception cref="ImportException">The path is missing, a directory, empty, not a regular file or unreadable.</exception>
    public static SourceFile Open(string path)
    {
        try
        {
            RefuseIrregular(path);
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            return new(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ImportException(ImportCheck.File, path, Reason(error), error);
        }
    }

    /// <summary>Fills the destination.</summary>
    /// <exception cref="ImportException">The file ends before that, or cannot be read.</exception>
    public void Read(long offset, Span<byte> destination)
    {
        if (offset < 0 || destination.Length > Length - offset)
            throw Refuse(ImportCheck.Truncated, $"ends at byte {Length}, inside what begins at {offset} and has {destination.Length} bytes");
        try
        {
            while (!destination.IsEmpty)
            {
                int read = RandomAccess.Read(_handle, destination, offset);
                if (read == 0)
                    throw Refuse(ImportCheck.Read, $"has become shorter than the {Length} bytes it had when it was opened");
                offset += read;
                destination = destination[read..];
            }
        }
        catch (IOException error)
        {
            throw new ImportException(ImportCheck.Read, Path, $"cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    public ImportException Refuse(ImportCheck check, string reason) => new(check, Path, reason);

    public void Dispose() => _handle.Dispose();

    /// <summary>Refuses what would block or has no length (a pipe, a device) before it is opened.</summary>
    private static void RefuseIrregular(string path)
    {
        if (Directory.Exists(path))
            throw new IOException("is a directory, not a file");
        var info = new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (info.Length == 0)
            throw new IOException("is empty, or is not a regular file");
    }

    private static string Reason(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        _ => error.Message.ReplaceLineEndings(" "),
    };
}
