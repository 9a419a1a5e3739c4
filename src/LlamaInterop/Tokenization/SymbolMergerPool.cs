namespace LlamaInterop.Tokenization;

/// <summary>Keeps one work space for the next encoding, so that short texts allocate none; a large one is let go.</summary>
internal sealed class SymbolMergerPool(MergeTable table)
{
    private const int MaxKept = 1 << 16;

    private SymbolMerger? _spare;

    public SymbolMerger Rent() => Interlocked.Exchange(ref _spare, null) ?? new SymbolMerger(table);

    public void Return(SymbolMerger merger)
    {
        if (merger.Capacity <= MaxKept)
            _spare = merger;
    }
}
