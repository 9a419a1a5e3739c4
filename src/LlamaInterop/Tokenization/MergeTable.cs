namespace LlamaInterop.Tokenization;

/// <summary>Which two neighbouring symbols may become one, and which pair goes first.</summary>
/// <remarks>
/// A symbol is a number: below the token count it is the token of that id, above it a text that is no token but takes part
/// in merges. -1 is any text that takes part in none. Both SentencePiece's merging (a pair may merge if its text is a token,
/// best score first) and byte-pair encoding (a pair may merge if it is listed, first in the list first) are such a table.
/// </remarks>
internal sealed class MergeTable
{
    private readonly ByteStringMap _symbols;
    private readonly PairMap _pairs;
    private readonly PairMap _neighbours;
    private readonly List<Merge> _merges;

    /// <param name="symbols">The vocabulary's texts; symbols that are no tokens are added behind them.</param>
    /// <param name="capacity">The number of merges expected.</param>
    public MergeTable(ByteStringMap symbols, int capacity)
    {
        _symbols = symbols;
        _pairs = new PairMap(capacity);
        _neighbours = new PairMap(1024);
        _merges = new List<Merge>(capacity);
    }

    /// <summary>Ranks are below this.</summary>
    public int RankCount { get; private set; }

    /// <summary>The symbol of a text, or -1.</summary>
    public int Symbol(ReadOnlySpan<byte> text) => _symbols.Find(text);

    /// <summary>The symbol of a text, made where there is none.</summary>
    public int AddSymbol(ReadOnlySpan<byte> text) => _symbols.Add(text);

    public ReadOnlySpan<byte> Text(int symbol) => _symbols[symbol];

    /// <summary>Lets two symbols merge; a pair that is there keeps its first rank.</summary>
    /// <param name="left">The left symbol.</param>
    /// <param name="right">The right symbol.</param>
    /// <param name="merged">The symbol of the joined text.</param>
    /// <param name="rank">Lower ranks merge first.</param>
    public void Add(int left, int right, int merged, int rank)
    {
        if (!_pairs.TryAdd(left, right, _merges.Count))
            return;
        _merges.Add(new Merge(rank, merged));
        RankCount = Math.Max(RankCount, rank + 1);
        _neighbours.TryAdd(AddSymbol(LastCharacter(Text(left))), AddSymbol(FirstCharacter(Text(right))), 0);
    }

    /// <summary>The number of the merge of two symbols, or -1.</summary>
    public int Find(int left, int right) => _pairs.Find(left, right);

    public Merge this[int merge] => _merges[merge];

    /// <summary>Whether any merge can ever span the border between two characters; where none can, the text may be cut in two.</summary>
    public bool MayJoin(int leftCharacter, int rightCharacter) => _neighbours.Find(leftCharacter, rightCharacter) >= 0;

    private static ReadOnlySpan<byte> FirstCharacter(ReadOnlySpan<byte> text) => text[..Utf8Text.CharacterLength(text, 0)];

    private static ReadOnlySpan<byte> LastCharacter(ReadOnlySpan<byte> text)
    {
        int start = 0;
        for (int next = 0; next < text.Length; next += Utf8Text.CharacterLength(text, next))
            start = next;
        return text[start..];
    }

    internal readonly record struct Merge(int Rank, int Symbol);
}
