using System.Runtime.InteropServices;

namespace LlamaInterop.Tokenization;

/// <summary>SentencePiece's unigram model: of all ways to write a text with tokens, the one whose scores have the greatest sum.</summary>
/// <remarks>
/// What no token writes becomes unknown tokens, at a score below that of every token; a run of it becomes one. Kudo, 2018.
/// </remarks>
internal sealed class UgmTokenizer : Tokenizer
{
    private const float UnknownPenalty = 10;

    private readonly TokenTrie _trie;
    private readonly UnigramNormalizer _normalizer;
    private readonly double[] _scores;
    private readonly double _unknownScore;

    public UgmTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        const TokenAttributes Written = TokenAttributes.Normal | TokenAttributes.UserDefined | TokenAttributes.Unused;
        _normalizer = new UnigramNormalizer(vocabulary.Rules, vocabulary.CharacterMap);
        _trie = new TokenTrie(vocabulary.Count * 4);
        _scores = new double[vocabulary.Count];
        float lowest = float.MaxValue;
        for (int id = 0; id < vocabulary.Count; id++)
        {
            // An infinite score would make a text that cannot be written, or all ways to write it equal.
            float score = Math.Clamp(vocabulary.Score(id), -float.MaxValue, float.MaxValue);
            var attributes = vocabulary.Attributes(id);
            if ((attributes & TokenAttributes.Normal) != 0)
                lowest = Math.Min(lowest, score);
            // Log-probabilities are negative, so nothing is likelier than what the vocabulary's maker has put there by hand.
            _scores[id] = (attributes & TokenAttributes.UserDefined) != 0 ? 0 : score;
            var text = vocabulary.TokenBytes(id);
            if ((attributes & Written) != 0 && vocabulary.IdOf(text) == id)
                _trie.Add(text, id);
        }
        _unknownScore = (lowest == float.MaxValue ? 0 : lowest) - UnknownPenalty;
    }

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        var buffer = new List<byte>(text.Length + text.Length / 4 + 16);
        _normalizer.Normalize(text, buffer);
        var normalized = CollectionsMarshal.AsSpan(buffer);
        var path = new UnigramPath(Vocabulary.Unk, ids);
        for (int start = 0; start < normalized.Length;)
        {
            int end = start + Utf8Text.CharacterLength(normalized, start);
            OfferTokens(normalized, start, end, path);
            path.Settle(end);
            start = end;
        }
    }

    private void OfferTokens(ReadOnlySpan<byte> text, int start, int characterEnd, UnigramPath path)
    {
        double score = path.Score(start);
        bool isWritten = false;
        int node = TokenTrie.Root;
        for (int i = start; i < text.Length; i++)
        {
            node = _trie.Child(node, text[i]);
            if (node < 0)
                break;
            int token = _trie.Token(node);
            if (token < 0)
                continue;
            path.Offer(start, i + 1, token, score + _scores[token]);
            isWritten |= i + 1 == characterEnd;
        }
        if (!isWritten)
            path.Offer(start, characterEnd, Vocabulary.Unk, score + _unknownScore);
    }
}
