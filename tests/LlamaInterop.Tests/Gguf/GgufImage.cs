using System.Buffers.Binary;
using System.Text;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

/// <summary>What a field of a GGUF header is.</summary>
internal enum GgufField
{
    Magic,
    Version,
    TensorCount,
    KeyCount,
    KeyLength,
    Key,
    ValueType,
    Scalar,
    Bool,
    StringLength,
    Text,
    ArrayType,
    ArrayLength,
    NameLength,
    Name,
    DimensionCount,
    Dimension,
    TensorType,
    TensorOffset,
}

/// <summary>Where one field lies, and the key or tensor that it belongs to.</summary>
internal readonly record struct GgufFieldPlace(GgufField Field, int Offset, int Length, string Owner);

/// <summary>
/// The bytes of a valid file with the place of every header field, found by a walk that shares no code with the reader;
/// edits make invalid files of it.
/// </summary>
internal sealed class GgufImage
{
    private readonly List<GgufFieldPlace> _places = [];
    private int _position;

    public GgufImage(byte[] bytes)
    {
        Bytes = bytes;
        Take(GgufField.Magic, 4, "");
        Take(GgufField.Version, 4, "");
        ulong tensors = TakeUInt64(GgufField.TensorCount, "");
        ulong keys = TakeUInt64(GgufField.KeyCount, "");
        for (ulong i = 0; i < keys; i++)
            WalkKey();
        MetadataEnd = _position;
        for (ulong i = 0; i < tensors; i++)
            WalkTensor();
        HeaderEnd = _position;
    }

    private GgufImage(byte[] bytes, GgufImage source)
    {
        Bytes = bytes;
        _places = source._places;
        MetadataEnd = source.MetadataEnd;
        HeaderEnd = source.HeaderEnd;
    }

    public byte[] Bytes { get; }

    public IReadOnlyList<GgufFieldPlace> Places => _places;

    public int MetadataEnd { get; }

    public int HeaderEnd { get; }

    /// <summary>The first field of this kind, of the key or tensor named, when one is.</summary>
    public GgufFieldPlace Find(GgufField field, string? owner = null) =>
        _places.First(place => place.Field == field && (owner is null || place.Owner == owner));

    /// <summary>A copy with one field replaced; the little-endian number is cut to the field's width.</summary>
    public GgufImage With(GgufFieldPlace place, ulong value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        return With(place.Offset, number[..Math.Min(8, place.Length)]);
    }

    public GgufImage With(GgufField field, ulong value, string? owner = null) => With(Find(field, owner), value);

    /// <summary>A copy with the bytes at one place replaced.</summary>
    public GgufImage With(int offset, ReadOnlySpan<byte> bytes)
    {
        var copy = (byte[])Bytes.Clone();
        bytes.CopyTo(copy.AsSpan(offset));
        return new(copy, this);
    }

    public byte[] CutTo(int length) => Bytes[..length];

    private void WalkKey()
    {
        string key = TakeText(GgufField.KeyLength, GgufField.Key, null);
        WalkValue((GgufValueType)TakeUInt32(GgufField.ValueType, key), key);
    }

    private void WalkTensor()
    {
        string name = TakeText(GgufField.NameLength, GgufField.Name, null);
        uint dimensions = TakeUInt32(GgufField.DimensionCount, name);
        for (uint i = 0; i < dimensions; i++)
            TakeUInt64(GgufField.Dimension, name);
        TakeUInt32(GgufField.TensorType, name);
        TakeUInt64(GgufField.TensorOffset, name);
    }

    private void WalkValue(GgufValueType type, string key)
    {
        switch (type)
        {
            case GgufValueType.String:
                TakeText(GgufField.StringLength, GgufField.Text, key);
                break;
            case GgufValueType.Array:
                var element = (GgufValueType)TakeUInt32(GgufField.ArrayType, key);
                ulong count = TakeUInt64(GgufField.ArrayLength, key);
                for (ulong i = 0; i < count; i++)
                    WalkValue(element, key);
                break;
            case GgufValueType.Bool:
                Take(GgufField.Bool, 1, key);
                break;
            default:
                Take(GgufField.Scalar, Width(type), key);
                break;
        }
    }

    private static int Width(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        _ => 8,
    };

    private string TakeText(GgufField lengthField, GgufField textField, string? owner)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(_position));
        string text = Encoding.UTF8.GetString(Bytes, _position + 8, length);
        Take(lengthField, 8, owner ?? text);
        Take(textField, length, owner ?? text);
        return text;
    }

    private uint TakeUInt32(GgufField field, string owner) =>
        BinaryPrimitives.ReadUInt32LittleEndian(Bytes.AsSpan(Take(field, 4, owner)));

    private ulong TakeUInt64(GgufField field, string owner) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Bytes.AsSpan(Take(field, 8, owner)));

    private int Take(GgufField field, int length, string owner)
    {
        _places.Add(new(field, _position, length, owner));
        _position += length;
        return _position - length;
    }
}
