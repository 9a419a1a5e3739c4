using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlamaInterop.Gguf;

/// <summary>Reads metadata values; lengths and counts are checked against the file before memory is taken.</summary>
internal sealed class GgufValueReader(GgufCursor cursor)
{
    private const int MaxNesting = 4;
    private const int MaxNestedArrays = 1 << 16;

    /// <summary>Type and length of an array: what each nested array takes at least.</summary>
    private const int ArrayHeaderBytes = sizeof(uint) + sizeof(ulong);

    private int _nestedArrays;

    public GgufValue Read(string what)
    {
        uint type = cursor.ReadUInt32(what);
        return (GgufValueType)type switch
        {
            GgufValueType.UInt8 => GgufValue.From(cursor.Read<byte>(what)),
            GgufValueType.Int8 => GgufValue.From(cursor.Read<sbyte>(what)),
            GgufValueType.UInt16 => GgufValue.From(cursor.Read<ushort>(what)),
            GgufValueType.Int16 => GgufValue.From(cursor.Read<short>(what)),
            GgufValueType.UInt32 => GgufValue.From(cursor.Read<uint>(what)),
            GgufValueType.Int32 => GgufValue.From(cursor.Read<int>(what)),
            GgufValueType.UInt64 => GgufValue.From(cursor.Read<ulong>(what)),
            GgufValueType.Int64 => GgufValue.From(cursor.Read<long>(what)),
            GgufValueType.Float32 => GgufValue.From(cursor.Read<float>(what)),
            GgufValueType.Float64 => GgufValue.From(cursor.Read<double>(what)),
            GgufValueType.Bool => GgufValue.From(ToBool(cursor.ReadByte(what), what)),
            GgufValueType.String => GgufValue.FromUtf8(ReadString(what)),
            GgufValueType.Array => ReadArray(what, depth: 1),
            _ => throw UnknownType(type, what),
        };
    }

    public byte[] ReadString(string what)
    {
        var bytes = new byte[ReadStringLength(what)];
        cursor.ReadExactly(bytes, what);
        return bytes;
    }

    private int ReadStringLength(string what)
    {
        ulong length = cursor.ReadUInt64(what);
        return length <= (ulong)cursor.Remaining && length <= (ulong)Array.MaxLength
            ? (int)length
            : throw cursor.RefuseLength(GgufCheck.StringLength, $"{what} is a string of {length} bytes");
    }

    private GgufValue ReadArray(string what, int depth)
    {
        uint type = cursor.ReadUInt32(what);
        return (GgufValueType)type switch
        {
            GgufValueType.UInt8 => ReadNumbers<byte>(what),
            GgufValueType.Int8 => ReadNumbers<sbyte>(what),
            GgufValueType.UInt16 => ReadNumbers<ushort>(what),
            GgufValueType.Int16 => ReadNumbers<short>(what),
            GgufValueType.UInt32 => ReadNumbers<uint>(what),
            GgufValueType.Int32 => ReadNumbers<int>(what),
            GgufValueType.UInt64 => ReadNumbers<ulong>(what),
            GgufValueType.Int64 => ReadNumbers<long>(what),
            GgufValueType.Float32 => ReadNumbers<float>(what),
            GgufValueType.Float64 => ReadNumbers<double>(what),
            GgufValueType.Bool => ReadBools(what),
            GgufValueType.String => ReadStrings(what),
            GgufValueType.Array => ReadArrays(what, depth),
            _ => throw UnknownType(type, what),
        };
    }

    private GgufValue ReadNumbers<T>(string what) where T : unmanaged
    {
        var numbers = new T[ReadCount(Unsafe.SizeOf<T>(), what)];
        cursor.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()), what);
        return GgufValue.FromArray(numbers);
    }

    private GgufValue ReadBools(string what)
    {
        var stored = new byte[ReadCount(1, what)];
        cursor.ReadExactly(stored, what);
        return GgufValue.FromArray(Array.ConvertAll(stored, value => ToBool(value, what)));
    }

    private GgufValue ReadStrings(string what)
    {
        var ends = new int[ReadCount(sizeof(ulong), what)];
        var bytes = new ArrayBufferWriter<byte>();
        for (int i = 0; i < ends.Length; i++)
        {
            int length = ReadStringLength(what);
            cursor.ReadExactly(bytes.GetSpan(length)[..length], what);
            bytes.Advance(length);
            ends[i] = bytes.WrittenCount;
        }
        return GgufValue.FromArray(new GgufStringArray(bytes.WrittenSpan.ToArray(), ends));
    }

    private GgufValue ReadArrays(string what, int depth)
    {
        int count = ReadCount(ArrayHeaderBytes, what);
        _nestedArrays += Math.Min(count, MaxNestedArrays + 1);
        if (depth == MaxNesting)
            throw cursor.Refuse(GgufCheck.ArrayNesting, $"{what} nests arrays more than {MaxNesting} deep");
        if (_nestedArrays > MaxNestedArrays)
            throw cursor.Refuse(GgufCheck.ArrayNesting, $"{what} brings the nested arrays to more than {MaxNestedArrays}");
        var arrays = new GgufValue[count];
        for (int i = 0; i < count; i++)
            arrays[i] = ReadArray(what, depth + 1);
        return GgufValue.FromArrays(arrays);
    }

    private int ReadCount(int minElementBytes, string what)
    {
        ulong count = cursor.ReadUInt64(what);
        return count <= (ulong)(cursor.Remaining / minElementBytes) && count <= (ulong)Array.MaxLength
            ? (int)count
            : throw cursor.RefuseLength(GgufCheck.ArrayLength, $"{what} is an array of {count} elements");
    }

    private bool ToBool(byte value, string what) => value <= 1
        ? value == 1
        : throw cursor.Refuse(GgufCheck.Boolean, $"{what} holds the boolean {value}, which is neither 0 nor 1");

    private GgufException UnknownType(uint type, string what) =>
        cursor.Refuse(GgufCheck.ValueType, $"{what} has the unknown value type {type}");
}
