namespace LlamaInterop.Inference;

/// <summary>
/// The blocks in which one sequence keeps one cache group's keys and values, in order of position. A paged table keeps all of them;
/// a windowed one gives back blocks that no coming token can see.
/// </summary>
internal sealed class BlockTable : IDisposable
{
    private readonly CacheGroup group;
    private readonly List<BlockEntry> entries;

    public BlockTable(CacheGroup group)
    {
        this.group = group;
        entries = new List<BlockEntry>(group.MaxEntries);
    }

    public IReadOnlyList<BlockEntry> Entries => entries;

    public int Count => entries.Count;

    /// <summary>The lowest position still held; 0 where the table is empty, which a window of one token may leave behind.</summary>
    public int FirstHeld => entries.Count == 0 ? 0 : entries[0].FirstPosition + entries[0].ValidFrom;

    /// <summary>Room for one token at <paramref name="position"/>, the one after the last: its slot in the cache.</summary>
    public int Append(int position)
    {
        int index = position % CacheGroup.BlockTokens;
        if (entries.Count > 0 && entries[^1].FirstPosition == position - index)
        {
            BlockEntry last = OwnLast();
            entries[^1] = last with { ValidTo = index + 1 };
        }
        else
        {
            entries.Add(new BlockEntry(group.Pool.Rent(), position - index, index, index + 1));
        }
        return (entries[^1].Block * CacheGroup.BlockTokens) + index;
    }

    /// <summary>Gives back the blocks that a token at <paramref name="position"/> and later ones no longer see.</summary>
    public void DropUnseen(int position)
    {
        if (group.Window == 0)
            return;
        int unseen = 0;
        while (unseen < entries.Count && entries[unseen].FirstPosition + CacheGroup.BlockTokens <= position - group.Window + 1)
            group.Pool.Return(entries[unseen++].Block);
        entries.RemoveRange(0, unseen);
    }

    /// <summary>Forgets positions from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        while (entries.Count > 0 && entries[^1].FirstPosition + entries[^1].ValidFrom >= length)
        {
            group.Pool.Return(entries[^1].Block);
            entries.RemoveAt(entries.Count - 1);
        }
        if (entries.Count > 0)
            entries[^1] = entries[^1] with { ValidTo = Math.Min(entries[^1].ValidTo, length - entries[^1].FirstPosition) };
    }

    /// <summary>Whether a sequence cut to <paramref name="length"/> tokens would still hold all that its next token sees.</summary>
    public bool CanTruncate(int length) =>
        group.Window == 0 || Math.Max(0, length - group.Window + 1) >= Math.Min(FirstHeld, length);

    /// <summary>The same content under a second owner; blocks are copied when one of the owners writes.</summary>
    public BlockTable Fork()
    {
        var fork = new BlockTable(group);
        foreach (BlockEntry entry in entries)
        {
            group.Pool.Share(entry.Block);
            fork.entries.Add(entry);
        }
        return fork;
    }

    public void CopyTo(Span<BlockEntry> destination)
    {
        for (int i = 0; i < entries.Count; i++)
            destination[i] = entries[i];
    }

    public void Dispose() => Truncate(0);

    /// <summary>The last entry in a block of this table's alone.</summary>
    private BlockEntry OwnLast()
    {
        BlockEntry last = entries[^1];
        if (!group.Pool.IsShared(last.Block))
            return last;
        int copy = group.Pool.Rent();
        group.CopyBlock(last.Block, copy);
        group.Pool.Return(last.Block);
        return last with { Block = copy };
    }
}
