using LlamaInterop.Gguf;

namespace LlamaInterop.Import;

/// <summary>A checkpoint, tokenizer or configuration that cannot be imported; the message says in one line which file, and why.</summary>
public sealed class ImportException : Exception
{
    /// <summary>An error of a file.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="reason">Why, without the path; control characters in it are replaced, very long ones shortened.</param>
    /// <param name="innerException">What caused it.</param>
    public ImportException(string path, string reason, Exception? innerException = null)
        : this(ImportCheck.Content, path, reason, innerException)
    {
    }

    /// <summary>An error of a file.</summary>
    /// <param name="check">The check that refused it.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="reason">Why, without the path; control characters in it are replaced, very long ones shortened.</param>
    /// <param name="innerException">What caused it.</param>
    public ImportException(ImportCheck check, string path, string reason, Exception? innerException = null)
        : base(RefusalText.Of(path, reason), innerException) => (Check, Path) = (check, path);

    /// <summary>The check that refused.</summary>
    public ImportCheck Check { get; }

    /// <summary>The file or directory.</summary>
    public string Path { get; }
}
