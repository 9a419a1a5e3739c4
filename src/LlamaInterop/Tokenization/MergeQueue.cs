namespace LlamaInterop.Tokenization;

/// <summary>The merges that are due, by rank and then by position.</summary>
/// <remarks>
/// A heap of millions of keys misses the cache at every level. Merging, though, asks for ranks in almost ascending order, and
/// within a rank finds its pairs from left to right. So a long row keeps a bucket for each rank, which is sorted, mostly for
/// nothing, when its turn comes; only merges that became possible after their turn go through the heap, and those are few.
/// </remarks>
internal sealed class MergeQueue
{
    private const int LongRow = 4096;
    private const int None = -1;

    private readonly KeyHeap _heap = new();
    private readonly KeyHeap _ranks = new();
    private readonly int _rankCount;
    private int[] _heads = [];
    private Node[] _nodes = [];
    private int _nodeCount;
    private int _freeNode = None;
    private int[] _open = [];
    private int _openCount;
    private int _openNext;
    private int _openRank;

    /// <param name="rankCount">Ranks are 0 to <paramref name="rankCount"/> - 1.</param>
    public MergeQueue(int rankCount) => _rankCount = rankCount;

    /// <summary>Prepares the queue, which is empty, for a row of this many symbols.</summary>
    public void Begin(int length)
    {
        _openCount = _openNext = 0;
        _openRank = length < LongRow ? int.MaxValue : None;
        if (_openRank == None && _heads.Length == 0)
        {
            _heads = new int[_rankCount];
            Array.Fill(_heads, None);
        }
    }

    public void Push(int rank, int position)
    {
        if (rank <= _openRank)
        {
            _heap.Push(Key(rank, position));
            return;
        }
        if (_heads[rank] == None)
            _ranks.Push((ulong)rank);
        int node = TakeNode();
        _nodes[node] = new Node(position, _heads[rank]);
        _heads[rank] = node;
    }

    /// <summary>Removes the merge of the lowest rank, leftmost among equals; false if none is left.</summary>
    public bool TryPop(out int rank, out int position)
    {
        if (_openNext == _openCount && _heap.Count == 0)
        {
            if (_ranks.Count == 0)
            {
                rank = position = None;
                return false;
            }
            Open((int)_ranks.Pop());
        }
        ulong key = _openNext < _openCount ? Key(_openRank, _open[_openNext]) : ulong.MaxValue;
        if (_heap.Count > 0 && _heap.Min < key)
            key = _heap.Pop();
        else
            _openNext++;
        rank = (int)(key >> 32);
        position = (int)(key & uint.MaxValue);
        return true;
    }

    private static ulong Key(int rank, int position) => (ulong)(uint)rank << 32 | (uint)position;

    private void Open(int rank)
    {
        _openRank = rank;
        _openCount = _openNext = 0;
        bool ascending = true;
        int next;
        for (int node = _heads[rank]; node != None; node = next)
        {
            var (position, following) = _nodes[node];
            next = following;
            if (_openCount == _open.Length)
                Array.Resize(ref _open, Math.Max(LongRow, checked(_openCount * 2)));
            // The list holds the latest first.
            ascending &= _openCount == 0 || position <= _open[_openCount - 1];
            _open[_openCount++] = position;
            _nodes[node] = new Node(None, _freeNode);
            _freeNode = node;
        }
        _heads[rank] = None;
        _open.AsSpan(0, _openCount).Reverse();
        if (!ascending)
            _open.AsSpan(0, _openCount).Sort();
    }

    private int TakeNode()
    {
        if (_freeNode != None)
        {
            int node = _freeNode;
            _freeNode = _nodes[node].Next;
            return node;
        }
        if (_nodeCount == _nodes.Length)
            Array.Resize(ref _nodes, Math.Max(LongRow, checked(_nodeCount * 2)));
        return _nodeCount++;
    }

    private readonly record struct Node(int Position, int Next);
}
