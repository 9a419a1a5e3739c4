namespace LlamaInterop.Import.Ggml;

/// <summary>What a file of ggml before GGUF begins with: a magic number, a version, and seven sizes.</summary>
/// <param name="Format">GGML, without version and scores; GGMF; GGJT, whose tensors are aligned.</param>
/// <param name="Version">1 to 3.</param>
/// <param name="Vocabulary">How many tokens.</param>
/// <param name="Width">Elements of a token's vector.</param>
/// <param name="Heads">Heads of queries.</param>
/// <param name="Layers">How many layers.</param>
internal sealed record GgmlHeader(GgmlFormat Format, int Version, int Vocabulary, int Width, int Heads, int Layers)
{
    private const int MaxSize = 1 << 24;

    /// <summary>"GGJTv3".</summary>
    public string Name => $"{Format}v{Version}";

    /// <summary>True where a file begins with one of the three magic numbers.</summary>
    public static bool Recognizes(SourceFile file) =>
        file.Length >= sizeof(uint) && Enum.IsDefined((GgmlFormat)new SourceCursor(file, 0, sizeof(uint)).ReadUInt32("the magic number"));

    /// <exception cref="ImportException">The version is unknown, or a size impossible.</exception>
    public static GgmlHeader Read(SourceCursor cursor)
    {
        const string what = "the header";
        var format = (GgmlFormat)cursor.ReadUInt32(what);
        int version = format == GgmlFormat.GGML ? 1 : cursor.ReadInt32(what), last = format == GgmlFormat.GGJT ? 3 : 1;
        if (version < 1 || version > last)
            throw cursor.File.Refuse(ImportCheck.Version, $"is a {format} file of version {version}; 1 to {last} are read");
        int[] sizes = [.. Enumerable.Range(0, 7).Select(_ => cursor.ReadInt32(what))];
        int[] needed = [sizes[0], sizes[1], sizes[3], sizes[4]];
        return Array.TrueForAll(needed, size => size is > 0 and <= MaxSize) ? new(format, version, sizes[0], sizes[1], sizes[3], sizes[4])
            : throw cursor.File.Refuse(ImportCheck.Number, $"is a {format} file of {sizes[0]} tokens, width {sizes[1]}, {sizes[3]} heads and {sizes[4]} layers, which cannot be");
    }
}

/// <summary>The magic numbers.</summary>
internal enum GgmlFormat : uint
{
    GGML = 0x67676d6c,
    GGMF = 0x67676d66,
    GGJT = 0x67676a74,
}
