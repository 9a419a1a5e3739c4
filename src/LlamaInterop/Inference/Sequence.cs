using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>A sequence of tokens as the caches hold it. Its next token stands at position <see cref="Length"/>.</summary>
internal sealed class Sequence : IDisposable
{
    private readonly BlockTable[] _tables;
    private readonly StateStore _states;

    public Sequence(KvCache cache)
        : this([.. cache.Groups.Select(group => new BlockTable(group))], cache.States, 0, 0, -1)
    {
    }

    private Sequence(BlockTable[] tables, StateStore states, int length, int encoderLength, int slot)
    {
        _tables = tables;
        _states = states;
        Length = length;
        EncoderLength = encoderLength;
        StateSlot = slot;
    }

    /// <summary>Slot of the recurrent states after <see cref="Length"/> tokens; -1 where there are none yet.</summary>
    public int StateSlot { get; private set; }

    /// <summary>Slot that the running step writes; -1 outside of one.</summary>
    public int NextStateSlot { get; private set; } = -1;

    /// <summary>Tokens whose keys and values are held.</summary>
    public int Length { get; private set; }

    /// <summary>Tokens of the encoder's text that cross-attention reads.</summary>
    public int EncoderLength { get; private set; }

    /// <summary>One block table for each of the cache's groups.</summary>
    public ReadOnlySpan<BlockTable> Tables => _tables;

    /// <summary>Tokens whose keys and values the caches of a scope hold.</summary>
    public int LengthOf(CacheScope scope) => scope == CacheScope.Encoder ? EncoderLength : Length;

    /// <summary>Takes slots for one more token: one for each group of the scope, written to <paramref name="slots"/>.</summary>
    public void Append(Span<int> slots, CacheScope scope = CacheScope.Sequence)
    {
        for (int g = 0; g < _tables.Length; g++)
        {
            if (_tables[g].Scope == scope)
                slots[g] = _tables[g].Append(LengthOf(scope));
        }
        SetLength(LengthOf(scope) + 1, scope);
    }

    /// <summary>Before a step's tokens are appended: gives back what windowed layers no longer see, and takes a slot for the states to come.</summary>
    public void Begin()
    {
        foreach (BlockTable table in _tables)
            table.DropUnseen(Length);
        if (!_states.IsEmpty)
            NextStateSlot = _states.Pool.Rent();
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
    /// Forgets all tokens from <paramref name="length"/> on. False, and nothing changed, where a windowed layer no longer holds what
    /// the next token would see, or a recurrent state has gone on; the sequence must then be computed anew.
    /// </summary>
    public bool TryTruncate(int length)
    {
        bool knowsState = _states.IsEmpty || length == 0 || length == Length;
        if (!knowsState || !Array.TrueForAll(_tables, table => table.Scope == CacheScope.Encoder || table.CanTruncate(length)))
            return false;
        if (length == 0)
            ReturnState();
        Cut(length, CacheScope.Sequence);
        return true;
    }

    /// <summary>Takes back appended tokens whose step did not run; what a window dropped for them was unseen anyway.</summary>
    public void Undo(int length, CacheScope scope = CacheScope.Sequence)
    {
        if (NextStateSlot >= 0)
            _states.Pool.Return(NextStateSlot);
        NextStateSlot = -1;
        Cut(length, scope);
    }

    /// <summary>A second sequence with the same past; blocks are shared until one of both writes.</summary>
    public Sequence Fork()
    {
        if (StateSlot >= 0)
            _states.Pool.Share(StateSlot);
        return new Sequence([.. _tables.Select(table => table.Fork())], _states, Length, EncoderLength, StateSlot);
    }

    public void Dispose()
    {
        ReturnState();
        Undo(0);
        Cut(0, CacheScope.Encoder);
    }

    private void ReturnState()
    {
        if (StateSlot >= 0)
            _states.Pool.Return(StateSlot);
        StateSlot = -1;
    }

    private void Cut(int length, CacheScope scope)
    {
        foreach (BlockTable table in _tables)
        {
            if (table.Scope == scope)
                table.Truncate(length);
        }
        SetLength(Math.Min(LengthOf(scope), length), scope);
    }

    private void SetLength(int length, CacheScope scope)
    {
        if (scope == CacheScope.Encoder)
            EncoderLength = length;
        else
            Length = length;
    }
}
