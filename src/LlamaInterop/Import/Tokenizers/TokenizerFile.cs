namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads the files that make up a tokenizer whole; they are small beside the weights.</summary>
internal static class TokenizerFile
{
    /// <exception cref="ImportException">The file is missing, empty, too large or unreadable.</exception>
    public static byte[] ReadAll(string path, long maxBytes)
    {
        using var file = SourceFile.Open(path);
        if (file.Length > maxBytes)
            throw file.Refuse(ImportCheck.Limit, $"has {file.Length} bytes; a tokenizer has at most {maxBytes}");
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        return bytes;
    }

    /// <summary>The lines of a text file, without their ends; the last one counts if it is not empty.</summary>
    /// <exception cref="ImportException">The file is unreadable, or not UTF-8.</exception>
    public static string[] ReadLines(string path, long maxBytes)
    {
        byte[] bytes = ReadAll(path, maxBytes);
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
            throw new ImportException(ImportCheck.TextEncoding, path, "is not UTF-8");
        string[] lines = System.Text.Encoding.UTF8.GetString(bytes).Split('\n');
        for (int i = 0; i < lines.Length; i++)
            lines[i] = lines[i].TrimEnd('\r');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}
