namespace LlamaInterop.Tokenization;

/// <summary>A row of symbols and the merging of its neighbours, lowest rank first and leftmost among equals, in O(n log n).</summary>
/// <remarks>
/// The work space of one encoding: about 30 bytes a symbol, kept for the next row. After <see cref="Merge"/> the row is walked
/// with <c>for (int i = 0; i &lt; Count; i = Next(i))</c>.
/// </remarks>
internal sealed class SymbolMerger(MergeTable table)
{
    private const int None = -1;

    private readonly MergeQueue _queue = new();
    private Cell[] _cells = new Cell[64];

    /// <summary>The number of symbols there is room for.</summary>
    public int Capacity => _cells.Length;

    /// <summary>The number of symbols added.</summary>
    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>Adds a symbol at the right end; <paramref name="start"/> says where its text begins and is kept through merges.</summary>
    public void Add(int symbol, int start = 0)
    {
        if (Count == _cells.Length)
            Array.Resize(ref _cells, checked(Count * 2));
        _cells[Count] = new Cell { Symbol = symbol, Start = start, Previous = Count - 1, Next = Count + 1, Merge = None };
        Count++;
    }

    public int Symbol(int index) => _cells[index].Symbol;

    public int Start(int index) => _cells[index].Start;

    public int Next(int index) => _cells[index].Next;

    public void Merge()
    {
        _queue.Clear();
        for (int i = 0; i + 1 < Count; i++)
            Offer(i);
        while (_queue.Count > 0)
        {
            ulong key = _queue.Pop();
            int left = (int)(key & uint.MaxValue);
            int merge = _cells[left].Merge;
            // The pair that was offered may be gone. One of equal rank in its place is due now anyway: the keys are equal.
            if (merge != None && table[merge].Rank == (int)(key >> 32))
                Join(left, table[merge].Symbol);
        }
    }

    private void Join(int left, int symbol)
    {
        ref var cell = ref _cells[left];
        _cells[cell.Next].Merge = None;
        cell.Symbol = symbol;
        cell.Next = _cells[cell.Next].Next;
        cell.Merge = None;
        if (cell.Next < Count)
        {
            _cells[cell.Next].Previous = left;
            Offer(left);
        }
        if (cell.Previous >= 0)
            Offer(cell.Previous);
    }

    private void Offer(int left)
    {
        ref var cell = ref _cells[left];
        cell.Merge = table.Find(cell.Symbol, _cells[cell.Next].Symbol);
        if (cell.Merge != None)
            _queue.Push((ulong)(uint)table[cell.Merge].Rank << 32 | (uint)left);
    }

    private struct Cell
    {
        public int Symbol;
        public int Start;
        public int Previous;
        public int Next;
        public int Merge;
    }
}
