namespace LlamaInterop.Tokenization;

/// <summary>SentencePiece's byte-pair model: of all neighbours whose joined text is a token, those of the best score merge first.</summary>
/// <remarks>
/// What no token writes becomes byte tokens; where the vocabulary has none, a run of such characters becomes one unknown token,
/// or nothing if there is none either. Kudo and Richardson, 2018.
/// </remarks>
internal sealed class SpmTokenizer : Tokenizer
{
    private readonly MergeTable _merges;
    private readonly SymbolMergerPool _pool;
    private readonly int[] _bytes = new int[256];
    private readonly int[] _ascii = new int[128];
    private readonly int _space;

    public SpmTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        _merges = ScoreMerges.Build(vocabulary);
        _pool = new SymbolMergerPool(_merges);
        _space = _merges.AddSymbol(Utf8Text.SpaceMark);
        for (int value = 0; value < _bytes.Length; value++)
        {
            int id = vocabulary.IdOf(ByteToken.Text((byte)value));
            _bytes[value] = id >= 0 ? id : vocabulary.IdOf([(byte)value]);
        }
        for (int value = 0; value < _ascii.Length; value++)
            _ascii[value] = value == ' ' ? _space : _merges.Symbol([(byte)value]);
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        var row = _pool.Rent();
        bool afterUnknown = false;
        int previous = SpecialTokens.None;
        if (afterSpecial && Vocabulary.AddSpacePrefix)
            row.Add(previous = _space);
        for (int start = 0; start < text.Length;)
        {
            int length = Utf8Text.CharacterLength(text, start);
            int symbol = text[start] < _ascii.Length ? _ascii[text[start]] : _merges.Symbol(text.Slice(start, length));
            if (!_merges.MayJoin(previous, symbol))
                Emit(row, ref afterUnknown, ids);
            if (symbol >= 0)
                row.Add(symbol);
            else
                EmitBytes(text.Slice(start, length), ref afterUnknown, ids);
            previous = symbol;
            start += length;
        }
        Emit(row, ref afterUnknown, ids);
        _pool.Return(row);
    }

    private void Emit(SymbolMerger row, ref bool afterUnknown, List<int> ids)
    {
        row.Merge();
        for (int i = 0; i < row.Count; i = row.Next(i))
        {
            int symbol = row.Symbol(i);
            if (symbol >= Vocabulary.Count)
            {
                EmitBytes(_merges.Text(symbol), ref afterUnknown, ids);
                continue;
            }
            ids.Add(symbol);
            afterUnknown = false;
        }
        row.Clear();
    }

    private void EmitBytes(ReadOnlySpan<byte> character, ref bool afterUnknown, List<int> ids)
    {
        foreach (byte value in character)
        {
            int id = _bytes[value];
            if (id >= 0)
                ids.Add(id);
            else if (!afterUnknown && Vocabulary.Unk >= 0)
                ids.Add(Vocabulary.Unk);
            afterUnknown = id < 0;
        }
    }
}
