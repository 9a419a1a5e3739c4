using System.Diagnostics;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>
/// Puts huge pages in the place of a buffer's small ones, beside whatever runs: small pages may be quicker to come by while a model is
/// loaded, huge ones are quicker to read ever after. Where there are no small ones, or the system cannot, it is done at once.
/// </summary>
internal sealed class PageCollapse : IDisposable
{
    /// <summary>What is done at a time: a huge page, for which a step waits 5 ms at most where the system has to find it.</summary>
    private const long StepBytes = 2 << 20;

    /// <summary>How much longer than a step took it rests afterwards, so that it takes a tenth of a processor.</summary>
    private const int Rest = 10;

    /// <summary>The first answer has begun by then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ManualResetEventSlim _stop = new();
    private readonly BufferHandle _buffer;
    private readonly Thread _thread;

    private PageCollapse(BufferHandle buffer)
    {
        _buffer = buffer;
        _thread = new Thread(Run) { IsBackground = true, Name = "huge pages" };
    }

    /// <param name="buffer">Made by the backend, and open until this is disposed.</param>
    public static PageCollapse Start(BufferHandle buffer)
    {
        var collapse = new PageCollapse(buffer);
        collapse._thread.Start();
        return collapse;
    }

    /// <summary>Ends it after the page that it is at.</summary>
    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        TimeSpan rest = Patience;
        for (long offset = 0; offset < _buffer.Bytes && !_stop.Wait(rest); offset += StepBytes)
        {
            long start = Stopwatch.GetTimestamp();
            _buffer.Collapse(offset, Math.Min(StepBytes, _buffer.Bytes - offset));
            rest = Stopwatch.GetElapsedTime(start) * Rest;
        }
    }
}
