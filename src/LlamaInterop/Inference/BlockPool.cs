namespace LlamaInterop.Inference;

/// <summary>The blocks of one cache group: handed out, shared by reference count, and given back.</summary>
internal sealed class BlockPool
{
    private readonly int[] references;
    private readonly int[] free;

    public BlockPool(int blocks)
    {
        references = new int[blocks];
        free = new int[blocks];
        for (int i = 0; i < blocks; i++)
            free[i] = blocks - 1 - i;
        FreeCount = blocks;
    }

    public int Count => references.Length;

    /// <summary>Blocks that nobody owns.</summary>
    public int FreeCount { get; private set; }

    /// <summary>A block of one owner.</summary>
    public int Rent()
    {
        if (FreeCount == 0)
            throw new CacheFullException($"the KV cache is full: all {Count} blocks are in use");
        int block = free[--FreeCount];
        references[block] = 1;
        return block;
    }

    /// <summary>One more owner.</summary>
    public void Share(int block) => references[block]++;

    public bool IsShared(int block) => references[block] > 1;

    /// <summary>One owner less; the last one frees the block.</summary>
    public void Return(int block)
    {
        if (--references[block] == 0)
            free[FreeCount++] = block;
    }
}
