namespace LlamaInterop.Tokenization;

/// <summary>BERT's WordPiece: each word is written with the longest token that it begins with, then the longest that the rest begins with,
/// and so on; a word that cannot be written to its end is one unknown token.</summary>
/// <remarks>GGUF files write a token that begins a word with U+2581 before it, and one that goes on without a mark.</remarks>
internal sealed class WpmTokenizer : Tokenizer
{
    // Longer words are unknown without a look, as with Hugging Face.
    private const int MaxCharacters = 100;

    private readonly TokenTrie _trie;

    public WpmTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        _trie = new TokenTrie(vocabulary.DistinctTokens);
    }

    private protected override int BeginToken => Vocabulary.Bos;

    private protected override int EndToken => Vocabulary.Sep;

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        var rules = Vocabulary.Rules;
        var words = new BertWords(text, rules.Lowercase, rules.StripAccents);
        var marked = Utf8Text.SpaceMark.ToArray();
        while (words.MoveNext())
        {
            int length = Utf8Text.SpaceMark.Length + words.Current.Length;
            if (words.Characters <= MaxCharacters)
            {
                if (length > marked.Length)
                    Array.Resize(ref marked, length * 2);
                words.Current.CopyTo(marked.AsSpan(Utf8Text.SpaceMark.Length));
            }
            if ((words.Characters > MaxCharacters || !TryEncodeWord(marked.AsSpan(0, length), ids)) && Vocabulary.Unk >= 0)
                ids.Add(Vocabulary.Unk);
        }
    }

    private bool TryEncodeWord(ReadOnlySpan<byte> word, List<int> ids)
    {
        int count = ids.Count;
        while (!word.IsEmpty)
        {
            int id = _trie.LongestPrefix(word, out int length);
            if (id < 0)
            {
                ids.RemoveRange(count, ids.Count - count);
                return false;
            }
            ids.Add(id);
            word = word[length..];
        }
        return true;
    }
}
