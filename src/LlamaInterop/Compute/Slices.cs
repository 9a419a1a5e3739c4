namespace LlamaInterop.Compute;

/// <summary>
/// Which ops can be cut along their elements, so that one thread runs several of them on a slice while it is in the cache: a matrix
/// product and what follows it (core/slices.c; llamakernels.h, "Phases and chains").
/// </summary>
internal static class Slices
{
    private const long Least = 32;

    /// <summary>What one thread does of a product at least: nothing is lost when one slice is all of it.</summary>
    private const long FewElements = 64;

    /// <summary>Larger slices would leave threads without work.</summary>
    public const long MostGranule = 256;

    /// <summary>Whether an op can begin a chain of slices.</summary>
    public static bool CanBegin(Op op) => op.Opcode is Opcode.MAT_MUL or Opcode.MAT_MUL_ID;

    /// <summary>Elements that a slice of the op must be a multiple of, or 0 for an op that cannot be cut, or not usefully.</summary>
    public static long Granule(Op op)
    {
        long granule = op.Opcode switch
        {
            Opcode.MAT_MUL or Opcode.MAT_MUL_ID or Opcode.QUANTIZE => Least,
            Opcode.ADD or Opcode.MUL or Opcode.SCALE or Opcode.CLAMP or Opcode.COPY or Opcode.GLU => 1,
            Opcode.ROPE => op.Parameters[0],
            Opcode.RMS_NORM => op.Parameters[1],
            Opcode.KV_STORE => op.Destination.Width,
            _ => 0,
        };
        return granule <= FewElements || 2 * granule <= Math.Min(Elements(op), 2 * MostGranule) ? granule : 0;
    }

    /// <summary>Elements along which the op is cut.</summary>
    public static long Elements(Op op) => op.RowsOf.Width;

    /// <summary>Whether slice s of source <paramref name="index"/> is all that slice s of the op reads of it.</summary>
    public static bool IsOfSource(Op op, int index)
    {
        bool bySlice = op.Opcode switch
        {
            Opcode.MAT_MUL => index is 2 or 3,
            Opcode.MAT_MUL_ID => index == 3,
            Opcode.ADD or Opcode.MUL or Opcode.GLU => true,
            _ => index == 0,
        };
        return bySlice && op.Sources[index]!.Width == Elements(op);
    }
}
