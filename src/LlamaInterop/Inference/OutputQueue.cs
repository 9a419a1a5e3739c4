using System.Runtime.ExceptionServices;

namespace LlamaInterop.Inference;

/// <summary>
/// UTF-8 on its way from the engine's thread to a reader: bytes are appended by one and taken by the other. Appending allocates
/// only when the reader lags behind by more than the queue has ever held.
/// </summary>
internal sealed class OutputQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly SemaphoreSlim arrived = new(0);
    private byte[] bytes = new byte[16 * 1024];
    private int count;
    private bool completed;
    private Exception? error;

    public void Append(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return;
        lock (gate)
        {
            if (count + text.Length > bytes.Length)
                Array.Resize(ref bytes, Math.Max(bytes.Length * 2, count + text.Length));
            text.CopyTo(bytes.AsSpan(count));
            count += text.Length;
        }
        arrived.Release();
    }

    /// <summary>No more will come; <paramref name="failure"/> is thrown at the reader once it has read all.</summary>
    public void Complete(Exception? failure)
    {
        lock (gate)
        {
            if (completed)
                return;
            completed = true;
            error = failure;
        }
        arrived.Release();
    }

    /// <summary>Waits for bytes and moves them to <paramref name="destination"/>; 0 at the end.</summary>
    public int Read(Span<byte> destination)
    {
        while (true)
        {
            if (TryRead(destination, out int read))
                return read;
            arrived.Wait();
        }
    }

    /// <summary>As <see cref="Read"/>, waiting without a thread.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        while (true)
        {
            if (TryRead(destination.Span, out int read))
                return read;
            await arrived.WaitAsync().ConfigureAwait(false);
        }
    }

    public void Dispose() => arrived.Dispose();

    /// <summary>True with what there is, or with 0 at the end; false when nothing has come yet.</summary>
    private bool TryRead(Span<byte> destination, out int read)
    {
        lock (gate)
        {
            read = Math.Min(count, destination.Length);
            bytes.AsSpan(0, read).CopyTo(destination);
            bytes.AsSpan(read, count - read).CopyTo(bytes);
            count -= read;
            if (read == 0 && completed && error is not null)
                ExceptionDispatchInfo.Throw(error);
            return read > 0 || completed;
        }
    }
}
