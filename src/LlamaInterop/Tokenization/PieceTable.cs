namespace LlamaInterop.Tokenization;

/// <summary>The bytes that each token stands for in text.</summary>
internal sealed class PieceTable
{
    private const TokenAttributes Verbatim = TokenAttributes.Unknown | TokenAttributes.Control | TokenAttributes.UserDefined;

    private readonly byte[] _bytes;
    private readonly int[] _ends;

    public PieceTable(Vocabulary vocabulary)
    {
        var bytes = new MemoryStream();
        _ends = new int[vocabulary.Count];
        for (int id = 0; id < vocabulary.Count; id++)
        {
            int start = (int)bytes.Length;
            bytes.Write(Piece(vocabulary, id));
            _ends[id] = (int)bytes.Length;
            MaxLength = Math.Max(MaxLength, _ends[id] - start);
        }
        _bytes = bytes.ToArray();
    }

    public int MaxLength { get; }

    public ReadOnlySpan<byte> this[int id]
    {
        get
        {
            int start = id == 0 ? 0 : _ends[id - 1];
            return _bytes.AsSpan(start, _ends[id] - start);
        }
    }

    private static ReadOnlySpan<byte> Piece(Vocabulary vocabulary, int id)
    {
        var text = vocabulary.TokenBytes(id);
        var attributes = vocabulary.Attributes(id);
        if (vocabulary.Model == TokenizerModel.Rwkv)
            return ByteEscapes.Decode(text);
        bool isPlain = vocabulary.Model == TokenizerModel.Plamo && (attributes & TokenAttributes.Byte) == 0;
        if (isPlain || (attributes & Verbatim) != 0)
            return text;
        if ((attributes & TokenAttributes.Normal) != 0)
            return vocabulary.Rules.EscapeSpaces ? Unescape(text) : ByteAlphabet.Decode(text);
        return ByteToken.TryParse(text, out byte value) && (attributes & TokenAttributes.Byte) != 0 ? new[] { value } : [];
    }

    private static byte[] Unescape(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[text.Length];
        int count = 0;
        while (text.IndexOf(Utf8Text.SpaceMark) is >= 0 and int mark)
        {
            text[..mark].CopyTo(bytes.AsSpan(count));
            bytes[count + mark] = (byte)' ';
            count += mark + 1;
            text = text[(mark + Utf8Text.SpaceMark.Length)..];
        }
        text.CopyTo(bytes.AsSpan(count));
        return bytes[..(count + text.Length)];
    }
}
