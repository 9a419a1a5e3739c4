using LlamaInterop.Native;

namespace LlamaInterop.Compute;

/// <summary>Sizes of rows in an <see cref="ElementType"/>.</summary>
internal static class ElementTypes
{
    /// <summary>Bytes of one block: the stride of dimension 0.</summary>
    public static long BlockBytes(this ElementType type) => BlockSize.Of(type).Bytes;

    /// <summary>Bytes of a row of <paramref name="elements"/>; A8 rounds up to whole blocks, the others must be whole.</summary>
    public static long RowBytes(this ElementType type, long elements)
    {
        BlockSize block = BlockSize.Of(type);
        return (elements + block.Length - 1) / block.Length * block.Bytes;
    }

    /// <summary>The type's name as ggml writes it: "q4_K".</summary>
    public static string Label(this ElementType type) => type.ToString().ToLowerInvariant().Replace("_k", "_K");
}
