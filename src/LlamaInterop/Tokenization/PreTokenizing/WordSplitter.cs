namespace LlamaInterop.Tokenization;

/// <summary>Walks the words of a text: the first rule cuts the text, each later rule cuts the pieces of the one before.</summary>
internal ref struct WordSplitter
{
    private readonly ReadOnlySpan<int> _text;
    private readonly WordRule[] _rules;
    private readonly int[] _ends;

    public WordSplitter(WordRule[] rules, ReadOnlySpan<int> text)
    {
        _text = text;
        _rules = rules;
        _ends = new int[rules.Length];
    }

    /// <summary>Where the current word begins, as an index of code points.</summary>
    public int Start { get; private set; }

    /// <summary>Where the current word ends.</summary>
    public int End { get; private set; }

    public bool MoveNext()
    {
        Start = End;
        if (Start == _text.Length)
            return false;
        End = _text.Length;
        for (int i = 0; i < _rules.Length; i++)
        {
            if (_ends[i] <= Start)
                _ends[i] = _rules[i].PieceEnd(_text[..End], Start);
            End = _ends[i];
        }
        return true;
    }
}
