namespace LlamaInterop.Gguf;

/// <summary>A GGUF file was refused. The message is one line that begins with the file's path.</summary>
public sealed class GgufException : Exception
{
    private const int MaxReasonLength = 500;

    /// <param name="check">The check that refused.</param>
    /// <param name="path">The file; the message begins with it.</param>
    /// <param name="reason">Why, without the path; control characters in it are replaced, very long ones shortened.</param>
    /// <param name="inner">What the system said, when it did.</param>
    public GgufException(GgufCheck check, string path, string reason, Exception? inner = null)
        : base(OneLine($"{path}: {Shorten(reason)}"), inner)
    {
        Check = check;
        Path = path;
    }

    /// <summary>The check that refused the file.</summary>
    public GgufCheck Check { get; }

    /// <summary>The file that was refused.</summary>
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
