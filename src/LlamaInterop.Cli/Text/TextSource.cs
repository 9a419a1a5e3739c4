using System.Text;

namespace LlamaInterop.Cli.Text;

/// <summary>Where a verb's one text comes from: the command line, or a file.</summary>
internal readonly record struct TextSource(string? Typed, string? File)
{
    /// <summary>The one source that was given, or null for JSON lines.</summary>
    /// <exception cref="UsageException">None was given, or more than one.</exception>
    public static TextSource? Choose(bool jsonLines, (string Flag, string? Value) typed, (string Flag, string? Value) file)
    {
        string all = $"{typed.Flag}, {file.Flag} or --jsonl";
        int given = (jsonLines ? 1 : 0) + (typed.Value is null ? 0 : 1) + (file.Value is null ? 0 : 1);
        if (given != 1)
            throw new UsageException(given == 0 ? $"one of {all} is needed" : $"only one of {all} can be given");
        return jsonLines ? null : new(typed.Value, file.Value);
    }

    /// <summary>The text's bytes, all of them.</summary>
    /// <exception cref="IOException">The file cannot be read; the message names it.</exception>
    public byte[] ReadBytes() => Typed is not null ? Encoding.UTF8.GetBytes(Typed) : TextFile.ReadBytes(File!);
}
