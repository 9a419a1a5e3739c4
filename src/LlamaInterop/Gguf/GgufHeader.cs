using System.Text;
using System.Text.Unicode;

namespace LlamaInterop.Gguf;

/// <summary>The header of one file: version, metadata and tensor infos, read and checked.</summary>
internal sealed record GgufHeader(uint Version, int Alignment, OrderedDictionary<string, GgufValue> Values, List<GgufTensorInfo> Tensors)
{
    public const uint Magic = 0x46554747;
    public const int DefaultAlignment = 32;
    public const int MaxAlignment = 1 << 30;
    public const int MaxKeyBytes = ushort.MaxValue;
    public const int MaxNameBytes = 64;
    public const int MaxDimensions = 4;

    private const int MaxKeys = 1 << 16;
    private const int MaxTensors = 1 << 20;

    /// <summary>The least that a key takes: its length, one byte, the type, a one-byte value.</summary>
    private const int MinKeyBytes = 8 + 1 + 4 + 1;

    /// <summary>The least that a tensor info takes: name of one byte, one dimension, type, offset.</summary>
    private const int MinTensorBytes = 8 + 1 + 4 + 8 + 4 + 8;

    public static GgufHeader Read(GgufCursor cursor, long fileLength, int partIndex)
    {
        uint version = ReadVersion(cursor);
        int tensorCount = ReadCount(cursor, GgufCheck.TensorCount, "tensors", MinTensorBytes, MaxTensors);
        int keyCount = ReadCount(cursor, GgufCheck.MetadataCount, "metadata keys", MinKeyBytes, MaxKeys);
        var values = ReadMetadata(cursor, keyCount);
        int alignment = ReadAlignment(new GgufMetadata(cursor.Path, values));
        var tensors = new GgufTensorReader(cursor, fileLength, alignment, partIndex).Read(tensorCount);
        return new(version, alignment, values, tensors);
    }

    /// <summary>Reads a name: not empty, not longer than <paramref name="maxBytes"/>, valid UTF-8.</summary>
    public static string ReadName(GgufCursor cursor, GgufCheck check, int maxBytes, string what)
    {
        ulong length = cursor.ReadUInt64(what);
        if (length == 0 || length > (ulong)maxBytes)
            throw cursor.Refuse(check, $"{what} is {length} bytes long, not 1 to {maxBytes}");
        var bytes = new byte[length];
        cursor.ReadExactly(bytes, what);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw cursor.Refuse(check, $"{what} is not UTF-8");
    }

    private static uint ReadVersion(GgufCursor cursor)
    {
        uint magic = cursor.ReadUInt32("the magic number");
        if (magic != Magic)
        {
            string bytes = $"{magic & 0xFF:X2} {magic >> 8 & 0xFF:X2} {magic >> 16 & 0xFF:X2} {magic >> 24:X2}";
            throw cursor.Refuse(GgufCheck.Magic, $"not a GGUF file: it begins with the bytes {bytes}");
        }
        uint version = cursor.ReadUInt32("the version");
        return version switch
        {
            2 or 3 => version,
            1 => throw cursor.Refuse(GgufCheck.Version, "GGUF version 1 is not supported: convert the model again"),
            _ when version != 0 && (version & 0xFFFF) == 0 => throw cursor.Refuse(GgufCheck.ByteOrder, "big-endian GGUF is not supported"),
            _ => throw cursor.Refuse(GgufCheck.Version, $"GGUF version {version} is not supported, only 2 and 3 are"),
        };
    }

    private static int ReadCount(GgufCursor cursor, GgufCheck check, string what, int minBytes, int max)
    {
        ulong count = cursor.ReadUInt64($"the number of {what}");
        if (count > (ulong)max)
            throw cursor.Refuse(check, $"the header states {count} {what}, more than the {max} that are read");
        return count <= (ulong)(cursor.Remaining / minBytes)
            ? (int)count
            : throw cursor.RefuseLength(check, $"the header states {count} {what}");
    }

    private static OrderedDictionary<string, GgufValue> ReadMetadata(GgufCursor cursor, int count)
    {
        var values = new OrderedDictionary<string, GgufValue>();
        var reader = new GgufValueReader(cursor);
        for (int i = 0; i < count; i++)
        {
            string key = ReadName(cursor, GgufCheck.Key, MaxKeyBytes, $"metadata key {i}");
            if (!values.TryAdd(key, reader.Read($"key '{key}'")))
                throw cursor.Refuse(GgufCheck.DuplicateKey, $"key '{key}' occurs twice");
        }
        return values;
    }

    private static int ReadAlignment(GgufMetadata metadata)
    {
        const string Key = "general.alignment";
        long alignment = metadata.GetInt64OrDefault(Key, DefaultAlignment);
        return alignment is > 0 and <= MaxAlignment && long.IsPow2(alignment)
            ? (int)alignment
            : throw new GgufException(GgufCheck.Alignment, metadata.Path, $"key '{Key}' = {alignment} is not a power of two from 1 to {MaxAlignment}");
    }
}
