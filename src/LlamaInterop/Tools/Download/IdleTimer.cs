namespace LlamaInterop.Tools;

/// <summary>Cancels when nothing happens for a while, or when the user does.</summary>
internal sealed class IdleTimer : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;

    public IdleTimer(TimeSpan limit, CancellationToken cancel)
    {
        _limit = limit;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Restart();
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Something happened.</summary>
    public void Restart() => _source.CancelAfter(_limit);

    public void Dispose() => _source.Dispose();
}
