using LlamaInterop.Compute;

namespace LlamaInterop.Inference;

/// <summary>Layers whose caches drop tokens alike (same window), and so share one block table per sequence.</summary>
internal sealed class CacheGroup
{
    /// <summary>
    /// Tokens of a block. Attention sums each block by itself and combines them in order, so this is also the size of its chunks.
    /// </summary>
    public const int BlockTokens = 64;

    private readonly List<Tensor> tensors = [];
    private readonly Action<Tensor, int, int> copyBlock;

    /// <param name="window">Positions that a token sees; 0 for all.</param>
    /// <param name="maxEntries">Blocks of the longest sequence.</param>
    /// <param name="sequences">Sequences that the pool has room for.</param>
    /// <param name="copyBlock">Copies a block of a cache tensor to another of its blocks.</param>
    public CacheGroup(int window, int maxEntries, int sequences, Action<Tensor, int, int> copyBlock)
    {
        Window = window;
        MaxEntries = maxEntries;
        Pool = new BlockPool(checked(maxEntries * sequences));
        this.copyBlock = copyBlock;
    }

    public int Window { get; }

    public int MaxEntries { get; }

    public BlockPool Pool { get; }

    /// <summary>A layer's keys or values [headDim, blockTokens, kvHeads, blocks] in this group's blocks.</summary>
    public Tensor AddTensor(string name, ElementType type, int headDim, int kvHeads)
    {
        var tensor = new Tensor(name, TensorKind.Cache, type, [headDim, BlockTokens, kvHeads, Pool.Count]);
        tensors.Add(tensor);
        return tensor;
    }

    public void CopyBlock(int from, int to)
    {
        foreach (Tensor tensor in tensors)
            copyBlock(tensor, from, to);
    }

    /// <summary>Blocks that a sequence of <paramref name="context"/> tokens needs when steps add up to <paramref name="batch"/> at once.</summary>
    public static int EntriesFor(int context, int window, int batch)
    {
        int all = (context + BlockTokens - 1) / BlockTokens;
        if (window == 0)
            return all;
        long held = (long)window + batch + BlockTokens - 1;
        return (int)Math.Min(all, (held + BlockTokens - 1) / BlockTokens + 1);
    }
}
