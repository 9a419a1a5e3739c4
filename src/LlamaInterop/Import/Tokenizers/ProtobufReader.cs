using System.Buffers.Binary;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Walks the fields of a Protocol Buffers message; unknown ones are passed over.</summary>
/// <remarks>Protocol Buffers' encoding guide. Groups, which no message here has, are refused.</remarks>
internal ref struct ProtobufReader
{
    private readonly string _path;
    private ReadOnlySpan<byte> _rest;

    public ProtobufReader(string path, ReadOnlySpan<byte> message)
    {
        _path = path;
        _rest = message;
    }

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current field, if it is an integer, an enum or a boolean.</summary>
    public long? Integer { get; private set; }

    /// <summary>The current field, if it is a float.</summary>
    public float? Float { get; private set; }

    /// <summary>The current field, if it is text, bytes or a message; else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <exception cref="ImportException">The message is malformed.</exception>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = ReadVarint();
        if (tag >> 3 is 0 or > int.MaxValue)
            throw Refuse(ImportCheck.Protobuf, "has a field without a number");
        Field = (int)(tag >> 3);
        (Integer, Float) = (null, null);
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Integer = (long)ReadVarint();
                break;
            case 1:
                Take(sizeof(double));
                break;
            case 2:
                Bytes = Take(ReadVarint());
                break;
            case 5:
                Float = BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
                break;
            default:
                throw Refuse(ImportCheck.Protobuf, $"has a field of type {tag & 7}, which is none of a message's");
        }
        return true;
    }

    private readonly ImportException Refuse(ImportCheck check, string reason) => new(check, _path, reason);

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < 10; i++)
        {
            byte part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
                return value;
        }
        throw Refuse(ImportCheck.Protobuf, "has an integer of more than ten bytes");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw Refuse(ImportCheck.Truncated, $"ends {length - (ulong)_rest.Length} bytes too early, or has a length that is wrong");
        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
