namespace LlamaInterop.Gguf;

/// <summary>A GGUF file was refused. The message is one line that begins with the file's path.</summary>
public sealed class GgufException : Exception
{
    /// <param name="check">The check that refused.</param>
    /// <param name="path">The file; the message begins with it.</param>
    /// <param name="reason">Why, without the path; control characters in it are replaced, very long ones shortened.</param>
    /// <param name="inner">What the system said, when it did.</param>
    public GgufException(GgufCheck check, string path, string reason, Exception? inner = null)
        : base(RefusalText.Of(path, reason), inner)
    {
        Check = check;
        Path = path;
    }

    /// <summary>The check that refused the file.</summary>
    public GgufCheck Check { get; }

    /// <summary>The file that was refused.</summary>
    public string Path { get; }
}
