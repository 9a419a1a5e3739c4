namespace LlamaInterop.Tokenization;

/// <summary>RWKV's tokenizer: each time the longest token that the rest of the text begins with.</summary>
/// <remarks>Tokens are bytes, not characters; a byte that begins no token becomes the unknown token, or nothing if there is none.</remarks>
internal sealed class RwkvTokenizer : Tokenizer
{
    private readonly TokenTrie _trie;

    public RwkvTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        _trie = new TokenTrie(vocabulary.DistinctTokens.Select(item => ((ReadOnlyMemory<byte>)ByteEscapes.Decode(item.Text.Span), item.Id)));
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        while (!text.IsEmpty)
        {
            int id = _trie.LongestPrefix(text, out int length);
            if (id < 0)
                (id, length) = (Vocabulary.Unk, 1);
            if (id >= 0)
                ids.Add(id);
            text = text[length..];
        }
    }
}
