using LlamaInterop.Compute;
using LlamaInterop.Models;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>From the user's choice of a cache's type to the element type, and which models it suits.</summary>
internal static class CacheTypes
{
    /// <param name="type">The user's choice.</param>
    /// <param name="isF32">Whether all of the model's matrices are f32.</param>
    public static ElementType ElementOf(CacheType type, bool isF32) => type switch
    {
        CacheType.Auto => isF32 ? ElementType.F32 : ElementType.F16,
        CacheType.F16 => ElementType.F16,
        CacheType.F32 => ElementType.F32,
        CacheType.BF16 => ElementType.BF16,
        CacheType.Q8_0 => ElementType.Q8_0,
        CacheType.Q5_1 => ElementType.Q5_1,
        CacheType.Q5_0 => ElementType.Q5_0,
        CacheType.Q4_1 => ElementType.Q4_1,
        CacheType.Q4_0 => ElementType.Q4_0,
        CacheType.IQ4_NL => ElementType.IQ4_NL,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type of a cache"),
    };

    /// <summary>A head of keys or values is whole blocks.</summary>
    /// <exception cref="ModelException">The heads of a layer are not.</exception>
    public static void CheckHeads(string path, SequenceMemory memory, ElementType keys, ElementType values)
    {
        foreach (CacheLayer layer in memory.Caches)
        {
            CheckHead(path, "keys", "-ctk", keys, layer.KeyLength);
            CheckHead(path, "values", "-ctv", values, layer.ValueLength);
            CheckHead(path, "latent keys", "-ctk", keys, layer.LatentLength);
        }
    }

    private static void CheckHead(string path, string what, string flag, ElementType type, int length)
    {
        int block = BlockSize.Of(type).Length;
        if (length % block != 0)
            throw new ModelException($"{path}: a {type.Label()} cache ({flag}) has blocks of {block}, but {what} have {length} elements a head; f16 takes any number");
    }
}
