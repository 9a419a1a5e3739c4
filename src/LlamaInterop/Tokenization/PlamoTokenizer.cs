using System.Buffers;

namespace LlamaInterop.Tokenization;

/// <summary>PLaMo's tokenizer: of all ways to write a text, the one with the least cost, which is found from the text's end.</summary>
/// <remarks>
/// A token costs its score, negative and in units of 0.0001; a character written as bytes costs 1000, whatever their number. Of ways
/// that cost the same the one with the longer token goes first. A byte order mark that begins the text is dropped.
/// </remarks>
internal sealed class PlamoTokenizer : Tokenizer
{
    private const double CostScale = 1e4;
    private const int BytesCost = 10_000_000;
    private const long Unreached = 1L << 60;

    // Dearer tokens are never taken.
    private const int MaxCost = 2 * BytesCost;

    private readonly TokenTrie _trie;
    private readonly long[] _costs;
    private readonly int[] _bytes = new int[256];

    public PlamoTokenizer(Vocabulary vocabulary)
        : base(vocabulary)
    {
        // Unused tokens fill the vocabulary up: llama.cpp writes text that reads like one with it, the model's maker does not.
        const TokenAttributes Unwritten = TokenAttributes.Byte | TokenAttributes.Unused;
        for (int value = 0; value < _bytes.Length; value++)
            _bytes[value] = vocabulary.IdOf(ByteToken.Text((byte)value));
        _costs = new long[vocabulary.Count];
        for (int id = 0; id < vocabulary.Count; id++)
            _costs[id] = Cost(vocabulary.Score(id));
        _trie = new TokenTrie(vocabulary.DistinctTokens.Where(item => (vocabulary.Attributes(item.Id) & Unwritten) == 0 && _costs[item.Id] < MaxCost));
    }

    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private static long Cost(float score) =>
        (long)Math.Clamp(Math.Round(-score * CostScale, MidpointRounding.AwayFromZero), -int.MaxValue, MaxCost);

    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(checked(text.Length * Utf8Text.MaxRepairGrowth));
        var repaired = buffer.AsSpan(0, Utf8Text.Repair(text, buffer));
        if (repaired.StartsWith(ByteOrderMark))
            repaired = repaired[ByteOrderMark.Length..];
        int[] tokens = ArrayPool<int>.Shared.Rent(repaired.Length);
        FindTokens(repaired, tokens);
        for (int start = 0; start < repaired.Length;)
        {
            int token = tokens[start];
            int length = token >= 0 ? Vocabulary.TokenBytes(token).Length : Utf8Text.CharacterLength(repaired, start);
            if (token >= 0)
                ids.Add(token);
            else
                EmitBytes(repaired.Slice(start, length), ids);
            start += length;
        }
        ArrayPool<int>.Shared.Return(tokens);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    // For every character, the token that the cheapest way from there to the end begins with, or -1 for bytes.
    private void FindTokens(ReadOnlySpan<byte> text, Span<int> tokens)
    {
        long[] buffer = ArrayPool<long>.Shared.Rent(text.Length + 1);
        var costs = buffer.AsSpan(0, text.Length + 1);
        // A token that ends inside a character leads nowhere.
        costs.Fill(Unreached);
        costs[^1] = 0;
        int next = text.Length;
        for (int start = text.Length - 1; start >= 0; start--)
        {
            if (Utf8Text.IsContinuation(text[start]))
                continue;
            costs[start] = costs[next] + BytesCost;
            tokens[start] = CheapestToken(text, start, costs);
            next = start;
        }
        ArrayPool<long>.Shared.Return(buffer);
    }

    private int CheapestToken(ReadOnlySpan<byte> text, int start, Span<long> costs)
    {
        int cheapest = SpecialTokens.None;
        int node = TokenTrie.Root;
        for (int i = start; i < text.Length; i++)
        {
            node = _trie.Child(node, text[i]);
            if (node < 0)
                break;
            int token = _trie.Token(node);
            if (token < 0 || costs[i + 1] + _costs[token] > costs[start])
                continue;
            costs[start] = costs[i + 1] + _costs[token];
            cheapest = token;
        }
        return cheapest;
    }

    private void EmitBytes(ReadOnlySpan<byte> character, List<int> ids)
    {
        foreach (byte value in character)
            ids.Add(_bytes[value]);
    }
}
