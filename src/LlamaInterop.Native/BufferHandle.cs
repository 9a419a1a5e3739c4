using System.Runtime.InteropServices;

namespace LlamaInterop.Native;

/// <summary>Memory of a backend, or memory that a backend reads in place (<c>lk_buffer</c>).</summary>
internal sealed unsafe class BufferHandle : KernelHandle
{
    private BufferHandle(long bytes) => Bytes = bytes;

    public long Bytes { get; }

    /// <summary>The first byte's address where the host can reach the memory, else null. Good until the handle is disposed.</summary>
    public byte* Address
    {
        get
        {
            using var lease = new HandleLease(this);
            return (byte*)Lk.BufferAddress(lease.Value);
        }
    }

    /// <summary>Zeroed memory, aligned to 64 bytes at least.</summary>
    /// <exception cref="NativeException">There is not so much memory.</exception>
    public static BufferHandle Create(BackendHandle backend, long bytes)
    {
        var buffer = new BufferHandle(bytes);
        try
        {
            nint created;
            Status.ThrowIfFailed(Lk.BufferCreate(buffer.Hold(backend), bytes, (nint)(&created)));
            buffer.SetHandle(created);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Memory of the caller's, which the library only reads.</summary>
    /// <param name="backend">The backend that is to read it.</param>
    /// <param name="address">The first byte.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="owner">What owns the memory, kept open as long as the buffer; null when the caller sees to that.</param>
    public static BufferHandle Wrap(BackendHandle backend, void* address, long bytes, SafeHandle? owner = null)
    {
        var buffer = new BufferHandle(bytes);
        try
        {
            if (owner is not null)
                buffer.Hold(owner);
            nint wrapped;
            Status.ThrowIfFailed(Lk.BufferWrap(buffer.Hold(backend), (nint)address, bytes, (nint)(&wrapped)));
            buffer.SetHandle(wrapped);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <param name="offset">Bytes from the start of the buffer.</param>
    /// <param name="source">Written whole.</param>
    /// <exception cref="NativeException">The range is not within the buffer, or the buffer is only read.</exception>
    public void Write<T>(long offset, ReadOnlySpan<T> source) where T : unmanaged
    {
        using var lease = new HandleLease(this);
        fixed (T* pointer = source)
            Status.ThrowIfFailed(Lk.BufferWrite(lease.Value, offset, (nint)pointer, (long)sizeof(T) * source.Length));
    }

    /// <param name="offset">Bytes from the start of the buffer.</param>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="NativeException">The range is not within the buffer.</exception>
    public void Read<T>(long offset, Span<T> destination) where T : unmanaged
    {
        using var lease = new HandleLease(this);
        fixed (T* pointer = destination)
            Status.ThrowIfFailed(Lk.BufferRead(lease.Value, offset, (nint)pointer, (long)sizeof(T) * destination.Length));
    }

    /// <summary>Elements in place, without a copy; good until the handle is disposed. Only where the host can reach the memory.</summary>
    /// <param name="offset">Bytes from the start of the buffer.</param>
    /// <param name="count">Elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not within the buffer.</exception>
    public Span<T> Slice<T>(long offset, int count) where T : unmanaged
    {
        CheckRange(offset, (long)sizeof(T) * count);
        return new Span<T>(HostAddress() + offset, count);
    }

    /// <summary>Moves bytes inside the buffer. Only where the host can reach the memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A range is not within the buffer.</exception>
    public void Move(long from, long to, long bytes)
    {
        CheckRange(from, bytes);
        CheckRange(to, bytes);
        byte* start = HostAddress();
        Buffer.MemoryCopy(start + from, start + to, bytes, bytes);
    }

    /// <summary>Keeps the pages in memory.</summary>
    /// <exception cref="NativeException">The system does not allow it.</exception>
    public void Lock()
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.BufferLock(lease.Value));
    }

    /// <summary>
    /// Lets the whole pages inside a range leave this process's memory. The buffer must wrap the mapping of a file that nobody wrote
    /// to through it; reading the range again takes it from the file.
    /// </summary>
    /// <exception cref="NativeException">The range is not within the buffer, or the buffer's memory is the library's own.</exception>
    public void Release(long offset, long bytes)
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.BufferRelease(lease.Value, offset, bytes));
    }

    /// <summary>
    /// Takes the memory of a range before it is first touched, in huge pages as long as the system has them at hand. Several threads can
    /// each take a part. The buffer must be of <see cref="Create"/>.
    /// </summary>
    /// <exception cref="NativeException">The range is not within the buffer, or the buffer wraps other memory.</exception>
    public void Populate(long offset, long bytes)
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.BufferPopulate(lease.Value, offset, bytes));
    }

    /// <summary>
    /// Puts huge pages in the place of small ones in a range that may be read meanwhile, however long the system takes to find them. The
    /// buffer must be of <see cref="Create"/>.
    /// </summary>
    /// <exception cref="NativeException">The range is not within the buffer, or the buffer wraps other memory.</exception>
    public void Collapse(long offset, long bytes)
    {
        using var lease = new HandleLease(this);
        Status.ThrowIfFailed(Lk.BufferCollapse(lease.Value, offset, bytes));
    }

    /// <summary>Bytes a second that the backend's threads together read of it from end to end; takes 200 ms, or two passes where they last longer.</summary>
    /// <exception cref="NativeException">It has less than 256 bytes.</exception>
    public long MeasureReadRate()
    {
        using var lease = new HandleLease(this);
        long rate;
        Status.ThrowIfFailed(Lk.BufferReadRate(lease.Value, &rate));
        return rate;
    }

    protected override void Free(nint value) => Lk.BufferFree(value);

    private byte* HostAddress()
    {
        byte* address = Address;
        return address is not null ? address : throw new InvalidOperationException("the buffer lies in a device's memory, which the host cannot reach");
    }

    private void CheckRange(long offset, long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Bytes - offset);
    }
}
