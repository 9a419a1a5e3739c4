namespace LlamaInterop.Gguf;

/// <summary>Where an output goes: links are followed, and what is no regular file is written to as it stands.</summary>
internal static class OutputFile
{
    /// <summary>Below it the system names a process's open files: what such a link leads to need not have a name.</summary>
    private const string ProcessFiles = "/proc/";

    /// <summary>Where a link leads to in the end; the path itself where that is no file of a name, such as a pipe.</summary>
    /// <exception cref="IOException">Links lead round in a circle.</exception>
    public static string Follow(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is null)
            return file.FullName;
        string target = file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        bool isOfProcess = target.StartsWith(ProcessFiles, StringComparison.Ordinal) && !File.Exists(target);
        return isOfProcess ? file.FullName : target;
    }

    /// <summary>
    /// Whether a rename would put a file in the place of a device or a pipe: those have the length 0; of an empty file too there is nothing to
    /// lose.
    /// </summary>
    /// <param name="target">Of <see cref="Follow"/>.</param>
    public static bool IsWrittenInPlace(string target) => new FileInfo(target) is { Exists: true } file && (file.LinkTarget is not null || file.Length == 0);

    /// <summary>Writes to what stands there; an empty file is empty again when that fails.</summary>
    /// <param name="target">Of <see cref="Follow"/>.</param>
    /// <param name="write">Gets the stream.</param>
    public static void WriteInPlace(string target, Action<Stream> write)
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

    /// <summary>Whether both paths lead to one file.</summary>
    public static bool AreSame(string first, string second) => Follow(first) == Follow(second);

    /// <summary>Refuses before the work what could not be written after it.</summary>
    /// <param name="output">The file to write.</param>
    /// <exception cref="GgufException">Its folder is not there, or it is a folder itself.</exception>
    public static void RefuseUnwritable(string output)
    {
        if (!Directory.Exists(Path.GetDirectoryName(Follow(output))))
            throw new GgufException(GgufCheck.Write, output, "cannot be written: its folder is not there");
        if (Directory.Exists(output))
            throw new GgufException(GgufCheck.Write, output, "cannot be written: it is a folder");
    }

    /// <summary>Refuses to write over what is being read.</summary>
    /// <param name="output">The file to write.</param>
    /// <param name="sources">Files that are read; null: none.</param>
    /// <exception cref="GgufException">One of them is the output.</exception>
    public static void RefuseSources(string output, params IEnumerable<string?> sources)
    {
        if (sources.Any(source => source is not null && AreSame(output, source)))
            throw new GgufException(GgufCheck.Write, output, "cannot be written: it is what is being read");
    }
}
