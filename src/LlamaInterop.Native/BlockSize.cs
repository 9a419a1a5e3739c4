namespace LlamaInterop.Native;

/// <summary>The elements in a block of an element type, and the block's bytes.</summary>
internal readonly record struct BlockSize(int Length, int Bytes)
{
    // The header's three enums of element types have the same item names, one row of lk_types.inc each.
    private static readonly BlockSize[] Sizes = IndexByType();

    /// <exception cref="ArgumentOutOfRangeException">The library knows no such type.</exception>
    public static BlockSize Of(LkType type) => (uint)type < (uint)Sizes.Length && Sizes[(int)type].Length > 0
        ? Sizes[(int)type]
        : throw new ArgumentOutOfRangeException(nameof(type), type, "no element type of the kernel library");

    private static BlockSize[] IndexByType()
    {
        string[] names = Enum.GetNames(typeof(LkType));
        var sizes = new BlockSize[Number(typeof(LkType), names[^1]) + 1];
        foreach (string name in names)
            sizes[Number(typeof(LkType), name)] = new BlockSize(Number(typeof(LkBlockLength), name), Number(typeof(LkBlockBytes), name));
        return sizes;
    }

    private static int Number(Type type, string name) => (int)Enum.Parse(type, name);
}
