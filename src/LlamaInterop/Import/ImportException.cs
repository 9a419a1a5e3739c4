namespace LlamaInterop.Import;

/// <summary>A checkpoint, tokenizer or configuration that cannot be imported; the message says in one line which file, and why.</summary>
public sealed class ImportException : Exception
{
    /// <summary>An error of a file.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="reason">Why, without the path.</param>
    /// <param name="innerException">What caused it.</param>
    public ImportException(string path, string reason, Exception? innerException = null)
        : base($"{path}: {reason}", innerException) => Path = path;

    /// <summary>The file or directory.</summary>
    public string Path { get; }
}
