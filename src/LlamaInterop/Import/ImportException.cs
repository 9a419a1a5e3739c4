namespace LlamaInterop.Import;

/// <summary>A checkpoint, tokenizer or configuration that cannot be imported; the message says in one line which file, and why.</summary>
public sealed class ImportException : Exception
{
    private const int MaxReasonLength = 500;

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
        : base(OneLine($"{path}: {Shorten(reason)}"), innerException) => (Check, Path) = (check, path);

    /// <summary>The check that refused.</summary>
    public ImportCheck Check { get; }

    /// <summary>The file or directory.</summary>
    public string Path { get; }

    /// <summary>Names come from the file: they may be very long, or hold line ends and terminal sequences.</summary>
    private static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, source) =>
        {
            for (int i = 0; i < line.Length; i++)
                line[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
        });

    private static string Shorten(string reason) => reason.Length <= MaxReasonLength
        ? reason
        : $"{reason.AsSpan(0, MaxReasonLength / 2)} ... {reason.AsSpan(reason.Length - MaxReasonLength / 2)}";
}
