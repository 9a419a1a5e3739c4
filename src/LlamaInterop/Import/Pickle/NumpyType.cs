using System.Buffers.Binary;

namespace LlamaInterop.Import.Pickle;

/// <summary>A numpy dtype, as far as scalars need it: <c>f8</c>, <c>i4</c>, <c>b1</c>; little-endian, as all machines that train are.</summary>
internal sealed record NumpyType(string Code)
{
    /// <summary>The number that the bytes of a scalar are.</summary>
    public object Decode(PickleArguments arguments, byte[] bytes) => (Code, bytes.Length) switch
    {
        ("f8", 8) => BinaryPrimitives.ReadDoubleLittleEndian(bytes),
        ("f4", 4) => (double)BinaryPrimitives.ReadSingleLittleEndian(bytes),
        ("f2", 2) => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        ("i8", 8) => BinaryPrimitives.ReadInt64LittleEndian(bytes),
        ("i4", 4) => (long)BinaryPrimitives.ReadInt32LittleEndian(bytes),
        ("b1", 1) => bytes[0] != 0,
        _ => throw arguments.Refuse($"a scalar of {bytes.Length} bytes as '{Code}' is not known"),
    };
}
