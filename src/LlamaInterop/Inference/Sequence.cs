using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>A sequence of tokens as the caches hold it. Its next token stands at position <see cref="Length"/>.</summary>
internal sealed class Sequence : IDisposable
{
    private readonly KvCache _cache;
    private readonly BlockTable[] _tables;
    private readonly List<Checkpoint> _checkpoints = [];

    public Sequence(KvCache cache)
        : this(cache, [.. cache.Groups.Select(group => new BlockTable(group))])
    {
    }

    private Sequence(KvCache cache, BlockTable[] tables)
    {
        _cache = cache;
        _tables = tables;
    }

    /// <summary>Slot of the recurrent states after <see cref="Length"/> tokens; -1 where there are none yet.</summary>
    public int StateSlot { get; private set; } = -1;

    /// <summary>Slot that the running step writes; -1 outside of one.</summary>
    public int NextStateSlot { get; private set; } = -1;

    /// <summary>Tokens whose keys and values are held.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens of the encoder's text that cross-attention reads.</summary>
    public int EncoderLength => Array.Find(_tables, table => table.Scope == CacheScope.Encoder)?.End ?? 0;

    /// <summary>One block table for each of the cache's groups.</summary>
    public ReadOnlySpan<BlockTable> Tables => _tables;

    public BlockTable TableAt(int group) => _tables[group];

    /// <summary>Tokens whose keys and values the caches of a scope hold.</summary>
    public int LengthOf(CacheScope scope) => scope == CacheScope.Encoder ? EncoderLength : Length;

    /// <summary>Takes slots for one more token: one for each group of the scope, written to <paramref name="slots"/>.</summary>
    public void Append(Span<int> slots, CacheScope scope = CacheScope.Sequence)
    {
        int position = LengthOf(scope);
        for (int g = 0; g < _tables.Length; g++)
        {
            if (_tables[g].Scope == scope)
                slots[g] = _tables[g].Append(position);
        }
        if (scope == CacheScope.Sequence)
            Length++;
    }

    /// <summary>Before a step's tokens are appended: gives back what windowed layers no longer see, and takes a slot for the states to come.</summary>
    public void Begin()
    {
        foreach (BlockTable table in _tables)
            table.DropUnseen(Length);
        if (!_cache.States.IsEmpty)
            NextStateSlot = _cache.States.Pool.Rent();
    }

    /// <summary>After a step that ran: its states are the sequence's.</summary>
    public void Commit()
    {
        if (NextStateSlot < 0)
            return;
        ReturnState();
        (StateSlot, NextStateSlot) = (NextStateSlot, -1);
    }

    /// <summary>
    /// Forgets all tokens from <paramref name="length"/> on. Where a recurrent state has gone on, or a windowed layer no longer holds
    /// what the next token would see, the sequence goes back to its checkpoint of exactly that length; where there is none the answer
    /// is false and nothing has changed: the sequence must be computed anew, or go on from an earlier checkpoint.
    /// </summary>
    public bool TryTruncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length >= Length)
            return true;
        if (CanCut(length))
            Cut(length);
        else if (_checkpoints.Find(kept => kept.Length == length && !kept.IsDisposed) is { } checkpoint)
            Become(checkpoint);
        else
            return false;
        _checkpoints.RemoveAll(kept => kept.Length > length);
        return true;
    }

    /// <summary>Takes back appended tokens whose step did not run; what a window dropped for them was unseen anyway.</summary>
    public void Undo(int length, CacheScope scope = CacheScope.Sequence)
    {
        if (NextStateSlot >= 0)
            _cache.States.Pool.Return(NextStateSlot);
        NextStateSlot = -1;
        CutTables(length, scope);
    }

    /// <summary>A second sequence with the same past; blocks are shared until one of both writes.</summary>
    public Sequence Fork()
    {
        var fork = new Sequence(_cache, [.. _tables.Select(table => table.Fork())]);
        fork.TakeState(this);
        fork._checkpoints.AddRange(_checkpoints.Where(kept => !kept.IsDisposed));
        return fork;
    }

    /// <summary>The same as a sequence that goes on from <paramref name="checkpoint"/>, which keeps this one, and can come back to it.</summary>
    public Sequence Fork(Checkpoint checkpoint)
    {
        Sequence fork = Fork();
        fork._checkpoints.Add(checkpoint);
        return fork;
    }

    /// <summary>
    /// Keeps the sequence as it is now. The caller owns the checkpoint; while it lives, <see cref="TryTruncate"/> of this sequence and of
    /// its forks can go back to it.
    /// </summary>
    /// <exception cref="CacheFullException">As many checkpoints as were planned are kept already.</exception>
    public Checkpoint Keep()
    {
        _checkpoints.RemoveAll(kept => kept.IsDisposed);
        var checkpoint = new Checkpoint(_cache, this);
        _checkpoints.Add(checkpoint);
        return checkpoint;
    }

    /// <summary>The positions that the next token sees, for each group.</summary>
    public TableRange[] SeenRanges() => Array.ConvertAll(_tables, table => table.SeenRange(Length));

    /// <summary>A sequence with blocks and a state's slot of its own, whose content the caller brings.</summary>
    /// <exception cref="CacheFullException">There is no room.</exception>
    public static Sequence WithRoom(KvCache cache, int length, ReadOnlySpan<TableRange> ranges, bool hasState)
    {
        var sequence = new Sequence(cache) { Length = length };
        try
        {
            for (int g = 0; g < ranges.Length; g++)
                sequence._tables[g].Fill(ranges[g]);
            if (hasState)
                sequence.StateSlot = cache.States.Pool.Rent();
            return sequence;
        }
        catch
        {
            sequence.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _checkpoints.Clear();
        Undo(0);
        CutTables(0, CacheScope.Encoder);
        ReturnState();
    }

    /// <summary>The first token needs no state; every other one that of the token before it.</summary>
    private bool CanCut(int length) =>
        (_cache.States.IsEmpty || length == 0) && Array.TrueForAll(_tables, table => table.CanTruncate(length));

    private void Cut(int length)
    {
        if (length == 0)
            ReturnState();
        CutTables(length, CacheScope.Sequence);
    }

    private void CutTables(int length, CacheScope scope)
    {
        foreach (BlockTable table in _tables)
        {
            if (table.Scope == scope)
                table.Truncate(length);
        }
        if (scope == CacheScope.Sequence)
            Length = Math.Min(Length, length);
    }

    private void Become(Checkpoint checkpoint)
    {
        Sequence restored = checkpoint.Restore();
        for (int g = 0; g < _tables.Length; g++)
            (_tables[g], restored._tables[g]) = (restored._tables[g], _tables[g]);
        ReturnState();
        TakeState(restored);
        restored.Dispose();
    }

    /// <summary>Shares another sequence's states, and takes on its length.</summary>
    private void TakeState(Sequence other)
    {
        Length = other.Length;
        StateSlot = other.StateSlot;
        if (StateSlot >= 0)
            _cache.States.Pool.Share(StateSlot);
    }

    private void ReturnState()
    {
        if (StateSlot >= 0)
            _cache.States.Pool.Return(StateSlot);
        StateSlot = -1;
    }
}
