using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>
/// The blocks in which one sequence keeps one cache group's keys and values, in order of position. A paged table keeps all of them;
/// a windowed one gives back blocks that no coming token can see.
/// </summary>
internal sealed class BlockTable : IDisposable
{
    private readonly CacheGroup _group;
    private readonly List<BlockEntry> _entries;

    public BlockTable(CacheGroup group)
    {
        _group = group;
        _entries = new List<BlockEntry>(group.MaxEntries);
    }

    public IReadOnlyList<BlockEntry> Entries => _entries;

    /// <summary>Whose tokens it keeps.</summary>
    public CacheScope Scope => _group.Scope;

    public int Count => _entries.Count;

    /// <summary>The lowest position still held; 0 where the table is empty, which a window of one token may leave behind.</summary>
    public int FirstHeld => _entries.Count == 0 ? 0 : _entries[0].FirstPosition + _entries[0].ValidFrom;

    /// <summary>The position after the last one held; 0 where the table is empty.</summary>
    public int End => _entries.Count == 0 ? 0 : _entries[^1].FirstPosition + _entries[^1].ValidTo;

    /// <summary>What a token at <paramref name="position"/>, the one after the last, sees of the table.</summary>
    public TableRange SeenRange(int position)
    {
        if (_group.Scope != CacheScope.Sequence)
            return new TableRange(FirstHeld, End);
        int from = _entries.Count == 0 ? position : Math.Max(FirstHeld, _group.FirstSeen(position));
        return new TableRange(from, position);
    }

    /// <summary>Room in an empty table for all positions of a range.</summary>
    public void Fill(TableRange range)
    {
        for (int position = range.From; position < range.To; position++)
            Append(position);
    }

    /// <summary>Room for one token at <paramref name="position"/>, the one after the last: its slot in the cache.</summary>
    public int Append(int position)
    {
        int index = position % CacheGroup.BlockTokens;
        if (_entries.Count > 0 && _entries[^1].FirstPosition == position - index)
        {
            BlockEntry last = OwnLast();
            _entries[^1] = last with { ValidTo = index + 1 };
        }
        else
        {
            _entries.Add(new BlockEntry(_group.Pool.Rent(), position - index, index, index + 1));
        }
        return (_entries[^1].Block * CacheGroup.BlockTokens) + index;
    }

    /// <summary>Gives back the blocks that a token at <paramref name="position"/> and later ones no longer see.</summary>
    public void DropUnseen(int position)
    {
        if (_group.Window == 0)
            return;
        int unseen = 0;
        while (unseen < _entries.Count && _entries[unseen].FirstPosition + CacheGroup.BlockTokens <= position - _group.Window + 1)
            _group.Pool.Return(_entries[unseen++].Block);
        _entries.RemoveRange(0, unseen);
    }

    /// <summary>Forgets positions from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        while (_entries.Count > 0 && _entries[^1].FirstPosition + _entries[^1].ValidFrom >= length)
        {
            _group.Pool.Return(_entries[^1].Block);
            _entries.RemoveAt(_entries.Count - 1);
        }
        if (_entries.Count > 0)
            _entries[^1] = _entries[^1] with { ValidTo = Math.Min(_entries[^1].ValidTo, length - _entries[^1].FirstPosition) };
    }

    /// <summary>Whether a sequence cut to <paramref name="length"/> tokens would still hold all that its next token sees.</summary>
    public bool CanTruncate(int length) =>
        _group.Window == 0 || _group.FirstSeen(length) >= Math.Min(FirstHeld, length);

    /// <summary>The same content under a second owner; blocks are copied when one of the owners writes.</summary>
    public BlockTable Fork()
    {
        var fork = new BlockTable(_group);
        foreach (BlockEntry entry in _entries)
        {
            _group.Pool.Share(entry.Block);
            fork._entries.Add(entry);
        }
        return fork;
    }

    public void CopyTo(Span<BlockEntry> destination)
    {
        for (int i = 0; i < _entries.Count; i++)
            destination[i] = _entries[i];
    }

    public void Dispose() => Truncate(0);

    /// <summary>The last entry in a block of this table's alone.</summary>
    private BlockEntry OwnLast()
    {
        BlockEntry last = _entries[^1];
        if (!_group.Pool.IsShared(last.Block))
            return last;
        int copy = _group.Pool.Rent();
        _group.CopyBlock(last.Block, copy);
        _group.Pool.Return(last.Block);
        return last with { Block = copy };
    }
}
