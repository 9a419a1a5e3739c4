namespace LlamaInterop.Gguf;

/// <summary>How a GGUF file is opened; <c>default</c> is what most callers want.</summary>
public readonly record struct GgufOpenOptions
{
    private const long DefaultMaxHeaderBytes = 128L << 20;

    private readonly long? _maxHeaderBytes;
    private readonly IReadOnlyList<GgufOverride>? _overrides;

    /// <summary>
    /// The longest header (metadata and tensor infos) that is read, in bytes: 128 MiB unless set. It bounds the memory
    /// that a hostile file can take; the vocabulary of 262144 tokens with its merges needs 15 MB.
    /// </summary>
    public long MaxHeaderBytes
    {
        get => _maxHeaderBytes ?? DefaultMaxHeaderBytes;
        init => _maxHeaderBytes = value;
    }

    /// <summary>Metadata to set or replace after the file is read; it does not change how the file itself is read.</summary>
    public IReadOnlyList<GgufOverride> Overrides
    {
        get => _overrides ?? [];
        init => _overrides = value;
    }
}
