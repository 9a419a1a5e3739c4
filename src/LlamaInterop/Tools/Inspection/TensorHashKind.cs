namespace LlamaInterop.Tools;

/// <summary>A way to hash tensors.</summary>
public enum TensorHashKind
{
    /// <summary>xxHash, 64 bits: fast, against accidents only.</summary>
    XxHash64,

    /// <summary>SHA-1, 160 bits.</summary>
    Sha1,

    /// <summary>SHA-256.</summary>
    Sha256,

    /// <summary>A UUID of version 5 (RFC 9562) over the data of all tensors, in llama.cpp's name space: an identifier of a model.</summary>
    Uuid,
}
