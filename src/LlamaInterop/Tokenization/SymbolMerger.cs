namespace LlamaInterop.Tokenization;

/// <summary>A row of symbols and the merging of its neighbours, lowest rank first and leftmost among equals, in O(n log n).</summary>
/// <remarks>
/// The work space of one encoding: about 30 bytes a symbol, kept for the next row. After <see cref="Merge"/> the row is walked
/// with <c>for (int i = 0; i &lt; Count; i = Next(i))</c>.
/// </remarks>
internal sealed class SymbolMerger(MergeTable table)
{
    private const int None = -1;

    private readonly MergeQueue _queue = new(table.RankCount);
    private Cell[] _cells = new Cell[64];

    /// <summary>The number of symbols there is room for.</summary>
    public int Capacity => _cells.Length;

    /// <summary>The number of symbols added.</summary>
    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>Adds a symbol at the right end.</summary>
    public void Add(int symbol)
    {
        if (Count == _cells.Length)
            Array.Resize(ref _cells, checked(Count * 2));
        _cells[Count] = new Cell { Symbol = symbol, Previous = Count - 1, Next = Count + 1, Merge = None };
        Count++;
    }

    public int Symbol(int index) => _cells[index].Symbol;

    public int Next(int index) => _cells[index].Next;

    public void Merge()
    {
        _queue.Begin(Count);
        for (int i = 0; i + 1 < Count; i++)
            Offer(i);
        while (_queue.TryPop(out int rank, out int left))
        {
            int merge = _cells[left].Merge;
            // The pair that was offered may be gone. One of equal rank in its place is due now anyway: both have the same key.
            if (merge != None && table[merge].Rank == rank)
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
            _queue.Push(table[cell.Merge].Rank, left);
    }

    private struct Cell
    {
        public int Symbol;
        public int Previous;
        public int Next;
        public int Merge;
    }
}
