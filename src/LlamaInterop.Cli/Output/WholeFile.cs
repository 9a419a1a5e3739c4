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
            using FileStream stream = File.Create(temporary);
            try
            {
                write(stream);
                stream.Close();
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                stream.Close();
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: cannot be written: {error.Message}", error);
        }
    }
}
