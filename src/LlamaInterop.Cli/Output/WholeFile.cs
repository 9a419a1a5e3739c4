namespace LlamaInterop.Cli.Output;

/// <summary>
/// Writes a file beside its target and renames it when it is whole, so that a failure leaves the target as it was. A link
/// is followed. A device or a pipe is written to as it stands: a rename would put a file in its place.
/// </summary>
internal static class WholeFile
{
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            if (Directory.Exists(path))
                throw new IOException("it is a directory");
            string target = FollowLinks(path);
            if (IsWrittenInPlace(target))
                WriteInPlace(target, write);
            else
                WriteAndRename(target, write);
        }
        catch (DirectoryNotFoundException error)
        {
            throw new IOException($"{path}: cannot be written: its folder is not there", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Whether both paths lead to one file.</summary>
    public static bool AreSame(string first, string second) => FollowLinks(first) == FollowLinks(second);

    /// <summary>Where a link leads to in the end; the path itself where that is no file of a name, such as a pipe.</summary>
    private static string FollowLinks(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
            return file.FullName;
        string target = file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        return File.Exists(path) && !File.Exists(target) ? file.FullName : target;
    }

    /// <summary>What is no regular file has the length 0; of an empty file too there is nothing to lose.</summary>
    private static bool IsWrittenInPlace(string target) => new FileInfo(target) is { Exists: true } file && (file.LinkTarget is not null || file.Length == 0);

    private static void WriteInPlace(string target, Action<Stream> write)
    {
        using var stream = new FileStream(target, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        try
        {
            write(stream);
        }
        catch
        {
            if (stream.CanSeek && stream.Length > 0)
                stream.SetLength(0);
            throw;
        }
    }

    private static void WriteAndRename(string target, Action<Stream> write)
    {
        string temporary = $"{target}.{Environment.ProcessId}.tmp";
        using FileStream stream = File.Create(temporary);
        try
        {
            write(stream);
            stream.Close();
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            stream.Close();
            File.Delete(temporary);
            throw;
        }
    }
}
