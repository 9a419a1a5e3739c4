using LlamaInterop.Gguf;

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
            string target = OutputFile.Follow(path);
            if (OutputFile.IsWrittenInPlace(target))
                OutputFile.WriteInPlace(target, write);
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
    public static bool AreSame(string first, string second) => OutputFile.AreSame(first, second);

    private static void WriteAndRename(string target, Action<Stream> write)
    {
        string temporary = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
                write(stream);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
