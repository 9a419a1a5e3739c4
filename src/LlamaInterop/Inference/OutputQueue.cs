using System.Runtime.ExceptionServices;

namespace LlamaInterop.Inference;

/// <summary>
/// UTF-8 on its way from the engine's thread to a reader: bytes are appended by one and taken by the other. Appending allocates
/// only when the reader lags behind by more than the queue has ever held.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private byte[] _bytes = new byte[16 * 1024];
    private int _count;
    private bool _completed;
    private Exception? _error;

    public void Append(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        lock (_gate)
        {
            if (_count + text.Length > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + text.Length));
            text.CopyTo(_bytes.AsSpan(_count));
            _count += text.Length;
        }
        _arrived.Release();
    }

    /// <summary>No more will come; <paramref name="failure"/> is thrown at the reader once it has read all.</summary>
    public void Complete(Exception? failure)
    {
        lock (_gate)
        {
            if (_completed)
                return;
            _completed = true;
            _error = failure;
        }
        _arrived.Release();
    }

    /// <summary>Waits for bytes and moves them to <paramref name="destination"/>; 0 at the end.</summary>
    public int Read(Span<byte> destination)
    {
        while (true)
        {
            if (TryRead(destination, out int read))
                return read;
            _arrived.Wait();
        }
    }

    /// <summary>As <see cref="Read"/>, waiting without a thread.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        while (true)
        {
            if (TryRead(destination.Span, out int read))
                return read;
            await _arrived.WaitAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => _arrived.Dispose();

    /// <summary>True with what there is, or with 0 at the end; false when nothing has come yet.</summary>
    private bool TryRead(Span<byte> destination, out int read)
    {
        lock (_gate)
        {
            read = Math.Min(_count, destination.Length);
            _bytes.AsSpan(0, read).CopyTo(destination);
            _bytes.AsSpan(read, _count - read).CopyTo(_bytes);
            _count -= read;
            if (read == 0 && _completed && _error is not null)
                ExceptionDispatchInfo.Throw(_error);
            return read > 0 || _completed;
        }
    }
}
