namespace LlamaInterop.Inference;

/// <summary>
/// A sequence as it was at one length, kept to be restored any number of times: also after the sequence went on, after its windowed
/// layers dropped blocks and its recurrent states changed, and after it ended. Blocks and the state's slot are shared by reference
/// count, and room for what becomes the checkpoint's alone is planned (<see cref="RunnerOptions.Checkpoints"/>), so that no running
/// sequence fails because of one.
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private readonly KvCache _cache;
    private readonly Sequence _kept;

    /// <exception cref="CacheFullException">As many as were planned are kept already.</exception>
    public Checkpoint(KvCache cache, Sequence sequence)
    {
        cache.EnterCheckpoint();
        _cache = cache;
        _kept = sequence.Fork();
    }

    /// <summary>Tokens of the sequence when it was kept.</summary>
    public int Length => _kept.Length;

    public bool IsDisposed { get; private set; }

    /// <summary>A running sequence that goes on from here.</summary>
    public Sequence Restore()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        return _kept.Fork(this);
    }

    public void Dispose()
    {
        if (IsDisposed)
            return;
        IsDisposed = true;
        _kept.Dispose();
        _cache.LeaveCheckpoint();
    }
}
