namespace LlamaInterop.Gguf;

/// <summary>Replaces a file by a new one that appears only when it is whole.</summary>
internal static class GgufReplacement
{
    /// <summary>Writes a file of <paramref name="length"/> bytes, whose space is claimed first so that a full disk shows at once.</summary>
    public static void Write(string path, long length, Action<Stream> write) => Write([(path, length, write)]);

    /// <summary>Writes files that belong together: none appears before all are whole.</summary>
    public static void Write(IReadOnlyList<(string Path, long Length, Action<Stream> Write)> files)
    {
        var temporaries = new List<string>(files.Count);
        try
        {
            foreach (var file in files)
                temporaries.Add(WriteBeside(file.Path, file.Length, file.Write));
            for (int i = 0; i < files.Count; i++)
                Rename(temporaries[i], files[i].Path);
        }
        catch
        {
            temporaries.ForEach(Discard);
            throw;
        }
    }

    /// <summary>Writes a whole file under another name, which it returns.</summary>
    private static string WriteBeside(string path, long length, Action<Stream> write)
    {
        if (Directory.Exists(path))
            throw new GgufException(GgufCheck.Write, path, "cannot be written: it is a directory");
        string temporary = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using var stream = Create(temporary, length);
            write(stream);
            stream.Flush(flushToDisk: true);
            return temporary;
        }
        catch (Exception error)
        {
            Discard(temporary);
            if (IsTooLarge(error))
                throw new GgufException(GgufCheck.Write, path, $"cannot be written: {length} bytes are more than the system allows a file", error);
            if (error is IOException or UnauthorizedAccessException)
                throw Failure(path, error);
            throw;
        }
    }

    private static void Rename(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Failure(path, error);
        }
    }

    private static GgufException Failure(string path, Exception error) =>
        new(GgufCheck.Write, path, $"cannot be written: {error.Message.ReplaceLineEndings(" ")}", error);

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
}
