using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Gguf;

/// <summary>Reads a header from front to back and never past the file's end or the header's limit.</summary>
/// <remarks>GGUF is little-endian, as are all machines that .NET 10 runs GGUF on; arrays are read as they lie.</remarks>
internal sealed class GgufCursor(SafeFileHandle file, string path, long fileLength, long maxHeaderBytes)
{
    private readonly byte[] _buffer = new byte[64 << 10];
    private readonly long _limit = Math.Min(fileLength, maxHeaderBytes);
    private int _next;
    private int _end;
    private long _bufferOffset;

    public string Path => path;

    public long Position => _bufferOffset + _next;

    /// <summary>Bytes that the header may still take.</summary>
    public long Remaining => _limit - Position;

    public byte ReadByte(string what) => Take(1, what)[0];

    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(4, what));

    public ulong ReadUInt64(string what) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, what));

    public T Read<T>(string what) where T : unmanaged => MemoryMarshal.Read<T>(Take(Unsafe.SizeOf<T>(), what));

    public void ReadExactly(Span<byte> destination, string what)
    {
        if (destination.Length > Remaining)
            throw Truncated(what);
        int buffered = Math.Min(destination.Length, _end - _next);
        _buffer.AsSpan(_next, buffered).CopyTo(destination);
        _next += buffered;
        if (buffered == destination.Length)
            return;
        if (destination.Length - buffered < _buffer.Length / 2)
            Take(destination.Length - buffered, what).CopyTo(destination[buffered..]);
        else
            ReadPastBuffer(destination[buffered..], what);
    }

    /// <summary>A refusal that names the file, this check and what was being read.</summary>
    public GgufException Refuse(GgufCheck check, string reason) => new(check, path, reason);

    /// <summary>The refusal for something that claims more bytes than the header may still take.</summary>
    public GgufException RefuseLength(GgufCheck check, string claim) => _limit < fileLength
        ? Refuse(GgufCheck.HeaderSize, $"{claim}, which makes the header longer than {maxHeaderBytes} bytes")
        : Refuse(check, $"{claim}, but only {Remaining} bytes of the file remain");

    private ReadOnlySpan<byte> Take(int count, string what)
    {
        if (_end - _next < count)
            Refill(count, what);
        var taken = _buffer.AsSpan(_next, count);
        _next += count;
        return taken;
    }

    private void Refill(int count, string what)
    {
        if (count > Remaining)
            throw Truncated(what);
        int kept = _end - _next;
        _buffer.AsSpan(_next, kept).CopyTo(_buffer);
        _bufferOffset += _next;
        _next = 0;
        _end = kept;
        while (_end < count)
        {
            int room = (int)Math.Min(_buffer.Length - _end, _limit - _bufferOffset - _end);
            int read = RandomAccess.Read(file, _buffer.AsSpan(_end, room), _bufferOffset + _end);
            if (read == 0)
                throw Truncated(what);
            _end += read;
        }
    }

    private void ReadPastBuffer(Span<byte> destination, string what)
    {
        _bufferOffset += _next;
        _next = _end = 0;
        while (!destination.IsEmpty)
        {
            int read = RandomAccess.Read(file, destination, _bufferOffset);
            if (read == 0)
                throw Truncated(what);
            _bufferOffset += read;
            destination = destination[read..];
        }
    }

    private GgufException Truncated(string what) => _limit < fileLength
        ? Refuse(GgufCheck.HeaderSize, $"{what} lies beyond the longest header that is read, {maxHeaderBytes} bytes")
        : Refuse(GgufCheck.Truncated, $"the file ends inside {what} at byte {fileLength}: truncated or still being written");
}
