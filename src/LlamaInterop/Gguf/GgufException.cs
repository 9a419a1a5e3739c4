namespace LlamaInterop.Gguf;

/// <summary>A GGUF file was refused. The message is one line that begins with the file's path.</summary>
public sealed class GgufException : Exception
{
    public GgufException(GgufCheck check, string path, string reason, Exception? inner = null)
        : base($"{path}: {reason}", inner)
    {
        Check = check;
        Path = path;
    }

    /// <summary>The check that refused the file.</summary>
    public GgufCheck Check { get; }

    /// <summary>The file that was refused.</summary>
    public string Path { get; }
}
