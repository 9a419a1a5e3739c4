using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Gguf;

/// <summary>Files with a length, opened to be read at offsets.</summary>
internal static class RegularFile
{
    /// <summary>Opens a file, after what would block or has no length (a pipe, a device) is refused.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="kind">What a directory is not: "a GGUF file".</param>
    /// <param name="options">How it will be read.</param>
    /// <exception cref="IOException">It cannot be opened; <see cref="ReasonOf"/> says why.</exception>
    public static SafeFileHandle Open(string path, string kind, FileOptions options = FileOptions.None)
    {
        if (Directory.Exists(path))
            throw new IOException($"is a directory, not {kind}");
        var info = new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
            info = target;
        if (info.Length == 0)
            throw new IOException("is empty, or is not a regular file");
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, options);
    }

    /// <summary>Whether an error is one that opening a file may meet, a path that is none included.</summary>
    public static bool IsRefusal(Exception error) => error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Why a file cannot be opened, in words that follow its path.</summary>
    public static string ReasonOf(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file",
        UnauthorizedAccessException => "permission denied",
        _ => error.Message.ReplaceLineEndings(" "),
    };
}
