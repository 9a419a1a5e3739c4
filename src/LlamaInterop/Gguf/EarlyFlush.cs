using System.Runtime.ExceptionServices;
using Microsoft.Win32.SafeHandles;

namespace LlamaInterop.Gguf;

/// <summary>Brings a file to the disk while it is being written, so that little is left to wait for when it is whole.</summary>
internal sealed class EarlyFlush : IDisposable
{
    /// <summary>New bytes that are worth a flush.</summary>
    private const long Step = 32 << 20;

    private const int PauseMilliseconds = 5;

    private readonly SafeFileHandle _file;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread? _thread;
    private ExceptionDispatchInfo? _failure;

    /// <param name="file">The file, open for writing and longer with each write, until this ends.</param>
    /// <param name="length">The bytes that will be written in all: of a few there is nothing to gain.</param>
    public EarlyFlush(SafeFileHandle file, long length)
    {
        _file = file;
        if (length < 2 * Step)
            return;
        _thread = new Thread(Run) { Name = "flush", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Ends it, after the last write.</summary>
    /// <exception cref="IOException">A flush failed. The system tells that once, so that a later one would succeed.</exception>
    public void End()
    {
        _end.Set();
        _thread?.Join();
        _failure?.Throw();
    }

    public void Dispose()
    {
        _end.Set();
        _thread?.Join();
        _end.Dispose();
    }

    private void Run()
    {
        long flushed = 0;
        try
        {
            while (!_end.Wait(PauseMilliseconds))
            {
                long length = RandomAccess.GetLength(_file);
                if (length - flushed < Step)
                    continue;
                RandomAccess.FlushToDisk(_file);
                flushed = length;
            }
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
        }
    }
}
