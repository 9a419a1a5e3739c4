using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace LlamaInterop.Import;

/// <summary>Reads a part of a file from its beginning on, through a buffer.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Its first byte that is read.</param>
/// <param name="end">The byte after the last one that may be read.</param>
internal sealed class SourceCursor(SourceFile file, long start, long end)
{
    private const int BufferLength = 1 << 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _buffer = [];
    private long _bufferStart = start;

    public SourceFile File => file;

    /// <summary>Where in the file the next byte lies.</summary>
    public long Position { get; private set; } = start;

    /// <summary>Bytes that are left.</summary>
    public long Remaining => end - Position;

    public byte ReadByte(string what)
    {
        Fill(1, what);
        return _buffer[(int)(Position++ - _bufferStart)];
    }

    public ushort ReadUInt16(string what) => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, what));

    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public int ReadInt32(string what) => BinaryPrimitives.ReadInt32LittleEndian(Take(4, what));

    public long ReadInt64(string what) => BinaryPrimitives.ReadInt64LittleEndian(Take(8, what));

    public float ReadSingle(string what) => BinaryPrimitives.ReadSingleLittleEndian(Take(4, what));

    /// <summary>Copies <paramref name="length"/> bytes, of which there must be as many and at most <paramref name="max"/>.</summary>
    public byte[] ReadBytes(long length, long max, string what)
    {
        if (length < 0 || length > max)
            throw file.Refuse(ImportCheck.Limit, $"{what} has {length} bytes, not 0 to {max}");
        if (length > Remaining)
            throw Ends(what);
        if (length <= BufferLength)
            return Take((int)length, what).ToArray();
        var bytes = new byte[length];
        file.Read(Position, bytes);
        Position += length;
        return bytes;
    }

    /// <summary>Reads UTF-8 text of <paramref name="length"/> bytes.</summary>
    public string ReadText(long length, long max, string what) => Decode(ReadBytes(length, max, what), what);

    /// <summary>Reads UTF-8 text that ends at a line feed, which is taken and not returned.</summary>
    public string ReadLine(int max, string what)
    {
        var bytes = new List<byte>();
        for (byte next = ReadByte(what); next != '\n'; next = ReadByte(what))
        {
            if (bytes.Count == max)
                throw file.Refuse(ImportCheck.Limit, $"{what} is a line of more than {max} bytes");
            bytes.Add(next);
        }
        return Decode(CollectionsMarshal.AsSpan(bytes), what);
    }

    /// <summary>Skips over bytes, of which there must be as many.</summary>
    public void Skip(long length, string what)
    {
        if (length < 0 || length > Remaining)
            throw Ends(what);
        Position += length;
    }

    private string Decode(ReadOnlySpan<byte> bytes, string what)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ImportException(ImportCheck.TextEncoding, file.Path, $"{what} is not UTF-8", error);
        }
    }

    /// <summary>The next bytes; valid until the next call.</summary>
    private ReadOnlySpan<byte> Take(int length, string what)
    {
        Fill(length, what);
        var bytes = _buffer.AsSpan((int)(Position - _bufferStart), length);
        Position += length;
        return bytes;
    }

    private void Fill(int length, string what)
    {
        if (length > Remaining)
            throw Ends(what);
        if (Position >= _bufferStart && Position + length <= _bufferStart + _buffer.Length)
            return;
        long count = Math.Min(BufferLength, Remaining);
        if (_buffer.Length != count)
            _buffer = new byte[count];
        _bufferStart = Position;
        file.Read(Position, _buffer);
    }

    private ImportException Ends(string what) => file.Refuse(ImportCheck.Truncated, $"ends inside {what}, at byte {end}");
}
