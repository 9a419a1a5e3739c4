using LlamaInterop.Gguf;
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
            var handle = RegularFile.Open(path, "a file", FileOptions.RandomAccess);
            return new(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception error) when (RegularFile.IsRefusal(error))
        {
            throw new ImportException(ImportCheck.File, path, RegularFile.ReasonOf(error), error);
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
}
