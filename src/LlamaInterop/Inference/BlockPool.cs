namespace LlamaInterop.Inference;

/// <summary>The blocks of one cache group, or the slots of the states: handed out, shared by reference count, and given back.</summary>
internal sealed class BlockPool
{
    private readonly string _what;
    private readonly int[] _references;
    private readonly int[] _free;

    /// <param name="blocks">How many.</param>
    /// <param name="what">What an error calls them.</param>
    public BlockPool(int blocks, string what = "KV cache blocks")
    {
        _what = what;
        _references = new int[blocks];
        _free = new int[blocks];
        for (int i = 0; i < blocks; i++)
            _free[i] = blocks - 1 - i;
        FreeCount = blocks;
    }

    public int Count => _references.Length;

    /// <summary>Blocks that nobody owns.</summary>
    public int FreeCount { get; private set; }

    /// <summary>A block of one owner.</summary>
    public int Rent()
    {
        if (FreeCount == 0)
            throw new CacheFullException($"no room for more tokens: all {Count} {_what} are in use");
        int block = _free[--FreeCount];
        _references[block] = 1;
        return block;
    }

    /// <summary>One more owner.</summary>
    public void Share(int block) => _references[block]++;

    public bool IsShared(int block) => _references[block] > 1;

    /// <summary>One owner less; the last one frees the block.</summary>
    public void Return(int block)
    {
        if (--_references[block] == 0)
            _free[FreeCount++] = block;
    }
}
