using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Keeps a conversion from writing over what it reads: weights, configuration, tokenizer.</summary>
internal static class ConvertedSources
{
    /// <summary>Refuses an output that is the source, or a file beside it that is there already and is no GGUF file.</summary>
    /// <exception cref="GgufException">It is.</exception>
    public static void RefuseAs(string output, string source)
    {
        OutputFile.RefuseSources(output, source);
        string target = OutputFile.Follow(output);
        string folder = OutputFile.Follow(Directory.Exists(source) ? source : Path.GetDirectoryName(Path.GetFullPath(source))!);
        if (Path.GetDirectoryName(target) == folder.TrimEnd(Path.DirectorySeparatorChar) && new FileInfo(target) is { Exists: true, Length: > 0 } && !IsGguf(target))
            throw new GgufException(GgufCheck.Write, output, "cannot be written: it is a file of the model that is converted");
    }

    private static bool IsGguf(string path)
    {
        using FileStream file = File.OpenRead(path);
        var magic = new byte[4];
        return file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual("GGUF"u8);
    }
}
