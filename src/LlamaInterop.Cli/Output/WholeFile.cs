namespace LlamaInterop.Cli.Output;

/// <summary>Writes a file beside its target and renames it when it is whole, so that a failure leaves the target as it was.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">The file cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
                write(stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception error)
        {
            File.Delete(temporary);
            if (error is IOException or UnauthorizedAccessException)
                throw new IOException($"{path}: {error.Message}", error);
            throw;
        }
    }
}
