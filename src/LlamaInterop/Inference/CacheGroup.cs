using LlamaInterop.Compute;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>Layers whose caches drop tokens alike (same window), and so share one block table per sequence.</summary>
internal sealed class CacheGroup
{
    /// <summary>
    /// Tokens of a block. Attention sums each block by itself and combines them in order, so this is also the size of its chunks.
    /// </summary>
    public const int BlockTokens = 64;

    private readonly List<Tensor> _tensors = [];
    private readonly Action<Tensor, int, int> _copyBlock;
    private readonly int _blocks;
    private BlockPool? _pool;

    /// <param name="window">Positions that a token sees; 0 for all.</param>
    /// <param name="maxEntries">Blocks of the longest sequence.</param>
    /// <param name="sequences">Sequences that the pool has room for.</param>
    /// <param name="copyBlock">Copies a block of a cache tensor to another of its blocks.</param>
    /// <param name="scope">Whose tokens.</param>
    /// <exception cref="ModelException">There are more slots than an int32 can number.</exception>
    public CacheGroup(int window, int maxEntries, int sequences, Action<Tensor, int, int> copyBlock, CacheScope scope = CacheScope.Sequence)
    {
        Scope = scope;
        Window = window;
        MaxEntries = maxEntries;
        long all = (long)maxEntries * sequences;
        _blocks = all <= int.MaxValue / BlockTokens ? (int)all : throw new ModelException(
            $"a KV cache for {sequences} sequences of {(long)maxEntries * BlockTokens} tokens is larger than {int.MaxValue} tokens; ask for a smaller context (-c)");
        _copyBlock = copyBlock;
    }

    /// <summary>Whose tokens these layers keep.</summary>
    public CacheScope Scope { get; }

    public int Window { get; }

    public int MaxEntries { get; }

    /// <summary>Made when first used: a plan that memory has no room for is refused before.</summary>
    public BlockPool Pool => _pool ??= new BlockPool(_blocks);

    /// <summary>A layer's keys or values [headDim, blockTokens, kvHeads, blocks] in this group's blocks.</summary>
    public Tensor AddTensor(string name, ElementType type, int headDim, int kvHeads)
    {
        var tensor = new Tensor(name, TensorKind.Cache, type, [headDim, BlockTokens, kvHeads, _blocks]);
        _tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Whether a table may hold these positions after <paramref name="length"/> tokens: all that the next token sees, and within its blocks.</summary>
    public bool CanHold(TableRange range, int length)
    {
        long room = ((long)(range.From / BlockTokens) + MaxEntries) * BlockTokens;
        bool fits = range.From >= 0 && range.From <= range.To && range.To <= room;
        return fits && (Scope != CacheScope.Sequence || (range.To == length && range.From <= FirstSeen(length)));
    }

    /// <summary>The first position that a token at <paramref name="position"/> sees.</summary>
    public int FirstSeen(int position) => Window == 0 ? 0 : Math.Max(0, position - Window + 1);

    public void CopyBlock(int from, int to)
    {
        foreach (Tensor tensor in _tensors)
            _copyBlock(tensor, from, to);
    }

    /// <summary>Blocks that a sequence of <paramref name="context"/> tokens needs when steps add up to <paramref name="batch"/> at once.</summary>
    public static int EntriesFor(int context, int window, int batch)
    {
        int all = (int)(((long)context + BlockTokens - 1) / BlockTokens);
        if (window == 0)
            return all;
        long held = (long)window + batch + BlockTokens - 1;
        return (int)Math.Min(all, (held + BlockTokens - 1) / BlockTokens + 1);
    }
}
