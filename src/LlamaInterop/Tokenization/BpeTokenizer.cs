using System.Buffers;

namespace LlamaInterop.Tokenization;

/// <summary>Byte-pair encoding: text is cut into words, and in each word the pairs listed first merge first.</summary>
/// <remarks>
/// As in llama.cpp, a byte that is not UTF-8 is read as U+FFFD, and what the vocabulary cannot write is dropped.
/// Sennrich, Haddow and Birch, 2016; of bytes: Radford and others, 2019.
/// </remarks>
internal sealed class BpeTokenizer : Tokenizer
{
    private const int MaxCharacterBytes = 4;

    private readonly PreTokenizer _preTokenizer;
    private readonly MergeTable _merges;
    private readonly SymbolMergerPool _pool;
    private readonly WordRule[] _wordRules;
    private readonly WordLookup? _words;
    private readonly int[] _byteSymbols = new int[256];
    private readonly int[] _fallback = new int[256];

    public BpeTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        _preTokenizer = PreTokenizer.Named(vocabulary.PreTokenizer);
        _merges = ListedMerges.Build(vocabulary);
        _pool = new SymbolMergerPool(_merges);
        _wordRules = vocabulary.Rules.WholeText ? [] : _preTokenizer.Words;
        _words = WordLookup.For(vocabulary, _preTokenizer);
        Span<byte> character = stackalloc byte[MaxCharacterBytes];
        for (int value = 0; value < 256; value++)
        {
            int length = Utf8Text.Encode(ByteAlphabet.Character((byte)value), character);
            _byteSymbols[value] = _merges.AddSymbol(character[..length]);
            _fallback[value] = vocabulary.IdOf(_preTokenizer.ByteLevel ? [(byte)value] : ByteToken.Text((byte)value));
        }
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        int[] buffer = ArrayPool<int>.Shared.Rent(text.Length + 1);
        var row = _pool.Rent();
        var rules = Vocabulary.Rules;
        var codePoints = Normalize(text, rules, buffer);
        if (rules.EscapeSpaces)
            codePoints.Replace(' ', Utf8Text.SpaceMarkCodePoint);
        if (rules.DropSpaces && rules.Lowercase)
            Utf8Text.ToLower(codePoints);
        var words = new WordSplitter(_wordRules, codePoints);
        while (words.MoveNext())
        {
            if (!rules.DropSpaces || !CharacterClasses.IsWhiteSpace(codePoints[words.Start]))
                EncodeWord(codePoints[words.Start..words.End], row, ids);
        }
        _pool.Return(row);
        ArrayPool<int>.Shared.Return(buffer);
    }

    private Span<int> Normalize(ReadOnlySpan<byte> text, VocabularyRules rules, Span<int> buffer)
    {
        int start = rules.SpaceFirst && !(_preTokenizer.ByteLevel && text[0] == ' ') ? 1 : 0;
        buffer[0] = ' ';
        var codePoints = buffer[..(start + Utf8Text.Decode(text, buffer[start..]))];
        return rules.Compose ? CanonicalComposition.Apply(codePoints) : codePoints;
    }

    private void EncodeWord(ReadOnlySpan<int> word, SymbolMerger row, List<int> ids)
    {
        if (_words is not null && _words.Find(word) is >= 0 and int id)
            ids.Add(id);
        else if (_preTokenizer.ByteLevel)
            EncodeBytes(word, row, ids);
        else
            EncodeCharacters(word, row, ids);
    }

    private void EncodeBytes(ReadOnlySpan<int> word, SymbolMerger row, List<int> ids)
    {
        Span<byte> character = stackalloc byte[MaxCharacterBytes];
        int previous = SpecialTokens.None;
        foreach (int codePoint in word)
        {
            int length = Utf8Text.Encode(codePoint, character);
            foreach (byte value in character[..length])
                Append(row, ref previous, _byteSymbols[value], ids);
        }
        Emit(row, ids);
    }

    private void EncodeCharacters(ReadOnlySpan<int> word, SymbolMerger row, List<int> ids)
    {
        Span<byte> character = stackalloc byte[MaxCharacterBytes];
        int previous = SpecialTokens.None;
        foreach (int codePoint in word)
        {
            int length = Utf8Text.Encode(codePoint, character);
            int symbol = _merges.Symbol(character[..length]);
            if (symbol >= 0)
            {
                Append(row, ref previous, symbol, ids);
                continue;
            }
            Emit(row, ids);
            previous = SpecialTokens.None;
            EmitBytes(character[..length], ids);
        }
        Emit(row, ids);
    }

    private void Append(SymbolMerger row, ref int previous, int symbol, List<int> ids)
    {
        if (!_merges.MayJoin(previous, symbol))
            Emit(row, ids);
        row.Add(symbol);
        previous = symbol;
    }

    private void Emit(SymbolMerger row, List<int> ids)
    {
        row.Merge();
        for (int i = 0; i < row.Count; i = row.Next(i))
        {
            int symbol = row.Symbol(i);
            if (symbol < Vocabulary.Count)
                ids.Add(symbol);
            else
                EmitBytes(_merges.Text(symbol), ids);
        }
        row.Clear();
    }

    private void EmitBytes(ReadOnlySpan<byte> text, List<int> ids)
    {
        foreach (byte value in text)
        {
            if (_fallback[value] >= 0)
                ids.Add(_fallback[value]);
        }
    }
}
