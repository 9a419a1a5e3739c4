using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Cli.Output;

/// <summary>The process's stdout as a stream that tells when its reader has gone.</summary>
internal static class StandardOutput
{
    private const int BrokenPipeOnUnix = 32;

    /// <remarks>
    /// .NET's console stream keeps silent about a broken pipe, so that a run piped into <c>head</c> would go on to its
    /// end. A file stream reports it, but keeps a position of its own, which is wrong for a file shared with others.
    /// </remarks>
    public static Stream Open()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
            return Console.OpenStandardOutput();
        try
        {
            var stream = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput();
        }
    }

    /// <summary>Whether this error says that nobody reads the output any more.</summary>
    public static bool IsBrokenPipe(Exception error) =>
        error is IOException { HResult: BrokenPipeOnUnix } || error.InnerException is { } inner && IsBrokenPipe(inner);
}
