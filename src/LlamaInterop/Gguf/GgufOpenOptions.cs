namespace LlamaInterop.Gguf;

/// <summary>How a GGUF file is opened.</summary>
public readonly record struct GgufOpenOptions()
{
    /// <summary>The longest header (metadata and tensor infos) that is read, in bytes; it bounds the memory a hostile file can take.</summary>
    public long MaxHeaderBytes { get; init; } = 128L << 20;

    /// <summary>Metadata to set or replace after the file is read; it does not change how the file itself is read.</summary>
    public IReadOnlyList<GgufOverride> Overrides { get; init; } = [];
}
