using System.Collections.Frozen;

namespace LlamaInterop.Native;

/// <summary>The elements in a block of an element type, and the block's bytes.</summary>
internal readonly record struct BlockSize(int Length, int Bytes)
{
    // The header's three enums of element types have the same item names, one row of lk_types.inc each.
    private static readonly FrozenDictionary<LkType, BlockSize> Sizes = Enum.GetNames<LkType>().ToFrozenDictionary(
        Enum.Parse<LkType>,
        name => new BlockSize((int)Enum.Parse<LkBlockLength>(name), (int)Enum.Parse<LkBlockBytes>(name)));

    /// <exception cref="ArgumentOutOfRangeException">The library knows no such type.</exception>
    public static BlockSize Of(LkType type) =>
        Sizes.TryGetValue(type, out var size) ? size : throw new ArgumentOutOfRangeException(nameof(type), type, "no element type of the kernel library");
}
