using System.Runtime.InteropServices;

namespace LlamaInterop.Tokenization;

/// <summary>SentencePiece's unigram model: of all ways to write a text with tokens, the one whose scores have the greatest sum.</summary>
/// <remarks>
/// What no token writes becomes unknown tokens, at a score below that of every token; a run of it becomes one. Of ways with the same
/// sum the one whose last token is the longest goes first, then that of the token before it, and so on. Kudo, 2018.
/// </remarks>
internal sealed class UgmTokenizer : Tokenizer
{
    private const float UnknownPenalty = 10;
    private const TokenAttributes Written = TokenAttributes.Normal | TokenAttributes.UserDefined | TokenAttributes.Unused;

    private readonly TokenTrie _trie;
    private readonly UnigramNormalizer _normalizer;
    private readonly double[] _scores;
    private readonly double _unknownScore;

    public UgmTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        _normalizer = new UnigramNormalizer(vocabulary.Rules, vocabulary.CharacterMap);
        _trie = new TokenTrie(vocabulary.DistinctTokens
            .Where(item => (vocabulary.Attributes(item.Id) & Written) != 0)
            .Select(item => (UnigramNormalizer.Shorten(item.Text), item.Id)));
        _scores = [.. Enumerable.Range(0, vocabulary.Count).Select(id => Score(vocabulary, id))];
        float lowest = Enumerable.Range(0, vocabulary.Count)
            .Where(id => (vocabulary.Attributes(id) & TokenAttributes.Normal) != 0)
            .Select(id => Score(vocabulary, id))
            .DefaultIfEmpty()
            .Min();
        _unknownScore = lowest - UnknownPenalty;
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

    private static float Score(Vocabulary vocabulary, int id)
    {
        // Log-probabilities are negative, so nothing is likelier than what the vocabulary's maker has put there by hand.
        if ((vocabulary.Attributes(id) & TokenAttributes.UserDefined) != 0)
            return 0;
        // An infinite score would make all ways to write a text equal.
        return Math.Clamp(vocabulary.Score(id), float.MinValue, float.MaxValue);
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
