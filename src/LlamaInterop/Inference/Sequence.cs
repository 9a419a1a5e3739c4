namespace LlamaInterop.Inference;

/// <summary>A sequence of tokens as the caches hold it. Its next token stands at position <see cref="Length"/>.</summary>
internal sealed class Sequence : IDisposable
{
    private readonly BlockTable[] _tables;

    public Sequence(KvCache cache)
        : this([.. cache.Groups.Select(group => new BlockTable(group))], 0)
    {
    }

    private Sequence(BlockTable[] tables, int length)
    {
        _tables = tables;
        Length = length;
    }

    /// <summary>Tokens whose keys and values are held.</summary>
    public int Length { get; private set; }

    /// <summary>One block table for each of the cache's groups.</summary>
    public ReadOnlySpan<BlockTable> Tables => _tables;

    /// <summary>Takes slots for one more token: one for each group, written to <paramref name="slots"/>.</summary>
    public void Append(Span<int> slots)
    {
        for (int g = 0; g < _tables.Length; g++)
            slots[g] = _tables[g].Append(Length);
        Length++;
    }

    /// <summary>Gives back what windowed layers no longer see, before tokens are appended.</summary>
    public void DropUnseen()
    {
        foreach (BlockTable table in _tables)
            table.DropUnseen(Length);
    }

    /// <summary>
    /// Forgets all tokens from <paramref name="length"/> on. False, and nothing changed, where a windowed layer no longer holds what
    /// the next token would see; the sequence must then be computed anew.
    /// </summary>
    public bool TryTruncate(int length)
    {
        if (!Array.TrueForAll(_tables, table => table.CanTruncate(length)))
            return false;
        Cut(length);
        return true;
    }

    /// <summary>Takes back appended tokens whose step did not run; what a window dropped for them was unseen anyway.</summary>
    public void Undo(int length) => Cut(length);

    /// <summary>A second sequence with the same past; blocks are shared until one of both writes.</summary>
    public Sequence Fork() => new([.. _tables.Select(table => table.Fork())], Length);

    public void Dispose() => Cut(0);

    private void Cut(int length)
    {
        foreach (BlockTable table in _tables)
            table.Truncate(length);
        Length = Math.Min(Length, length);
    }
}
