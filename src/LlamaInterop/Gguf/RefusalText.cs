namespace LlamaInterop.Gguf;

/// <summary>What an error says of a file: one line that begins with its path.</summary>
internal static class RefusalText
{
    private const int MaxReasonLength = 500;

    /// <summary>Names come from the file: they may be very long, or hold line ends and terminal sequences.</summary>
    public static string Of(string path, string reason) => OneLine($"{path}: {Shorten(reason)}");

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
