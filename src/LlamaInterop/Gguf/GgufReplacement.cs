namespace LlamaInterop.Gguf;

/// <summary>Replaces a file by a new one that appears only when it is whole; a link is followed, and a device or a pipe written to as it stands.</summary>
internal static class GgufReplacement
{
    /// <summary>Writes a file of <paramref name="length"/> bytes, whose space is claimed first so that a full disk shows at once.</summary>
    public static void Write(string path, long length, Action<Stream> write) => Write([new GgufOutput(path, length, write)]);

    /// <summary>Writes files that belong together: none appears before all are whole.</summary>
    public static void Write(IReadOnlyList<GgufOutput> files)
    {
        var written = new List<Replacement>(files.Count);
        try
        {
            foreach (var (path, length, write) in files)
            {
                if (WriteBeside(path, length, write) is { } beside)
                    written.Add(beside);
            }
            foreach (var (temporary, target) in written)
                Rename(temporary, target);
        }
        catch
        {
            written.ForEach(beside => Discard(beside.Temporary));
            throw;
        }
    }

    /// <summary>Writes a whole file under another name, which it returns with the one that it shall get; null where it was written in place.</summary>
    private static Replacement? WriteBeside(string path, long length, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new GgufException(GgufCheck.Write, path, "cannot be written: it is a directory");
        string temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            string target = OutputFile.Follow(path);
            if (OutputFile.IsWrittenInPlace(target))
            {
                OutputFile.WriteInPlace(target, write);
                return null;
            }
            temporary = $"{target}.{Guid.NewGuid():N}.part";
            using FileStream stream = Create(temporary, length);
            // A crash soon after the rename may cost what is not on the disk yet: where no file is replaced, that is nothing which was there before.
            if (File.Exists(target))
                WriteToDisk(stream, length, write);
            else
                write(stream);
            stream.Flush();
            return new(temporary, target);
        }
        catch (Exception error)
        {
            Discard(temporary);
            if (IsTooLarge(error))
                throw new GgufException(GgufCheck.Write, path, $"cannot be written: {length} bytes are more than the system allows a file", error);
            if (error is IOException or UnauthorizedAccessException)
                throw Failure(path, temporary, error);
            throw;
        }
    }

    private static void WriteToDisk(FileStream stream, long length, Action<Stream> write)
    {
        using var early = new EarlyFlush(stream.SafeFileHandle, length);
        write(stream);
        early.End();
        stream.Flush(flushToDisk: true);
    }

    private static void Rename(string temporary, string target)
    {
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failure(target, temporary, error);
        }
    }

    private static GgufException Failure(string path, string temporary, Exception error) => new(GgufCheck.Write, path, "cannot be written: " + error switch
    {
        DirectoryNotFoundException => "its folder is not there",
        UnauthorizedAccessException => "permission denied",
        _ => error.Message.Replace(temporary, path).ReplaceLineEndings(" "),
    }, error);

    private static FileStream Create(string path, long length) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        PreallocationSize = length,
        BufferSize = 1 << 16,
    });

    /// <summary>What a write throws beyond the largest file that the system or <c>ulimit -f</c> allows.</summary>
    private static bool IsTooLarge(Exception error) => error is ArgumentOutOfRangeException { ParamName: "value" };

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report; a folder that forbids deleting also forbade the file.
        }
    }

    /// <summary>A whole file under another name, and the name that it shall get.</summary>
    private sealed record Replacement(string Temporary, string Target);
}

/// <summary>A file to write.</summary>
/// <param name="Path">Its name when it is whole.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Write">Writes them, in order.</param>
internal sealed record GgufOutput(string Path, long Length, Action<Stream> Write);
