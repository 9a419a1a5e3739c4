namespace LlamaInterop.Tokenization;

/// <summary>SentencePiece's merges: every way to make a token from two texts, ranked by the token's score.</summary>
internal static class ScoreMerges
{
    public static MergeTable Build(Vocabulary vocabulary)
    {
        var table = new MergeTable(vocabulary.Symbols, vocabulary.Count * 2);
        AddCharacters(vocabulary, table);
        int[] ranks = Ranks(vocabulary);
        for (int id = 0; id < vocabulary.Count; id++)
        {
            var text = vocabulary.TokenBytes(id);
            if (vocabulary.IdOf(text) == id)
                AddSplits(table, text, id, ranks[id]);
        }
        return table;
    }

    // A character that is no token may still be half of one.
    private static void AddCharacters(Vocabulary vocabulary, MergeTable table)
    {
        for (int id = 0; id < vocabulary.Count; id++)
        {
            var text = vocabulary.TokenBytes(id);
            for (int start = 0; start < text.Length;)
            {
                int length = Utf8Text.CharacterLength(text, start);
                table.AddSymbol(text.Slice(start, length));
                start += length;
            }
        }
    }

    private static void AddSplits(MergeTable table, ReadOnlySpan<byte> text, int id, int rank)
    {
        for (int split = Utf8Text.CharacterLength(text, 0); split < text.Length; split += Utf8Text.CharacterLength(text, split))
        {
            int left = table.Symbol(text[..split]);
            int right = left < 0 ? -1 : table.Symbol(text[split..]);
            if (right >= 0)
                table.Add(left, right, id, rank);
        }
    }

    // Equal scores have equal ranks: among them the leftmost pair merges first.
    private static int[] Ranks(Vocabulary vocabulary)
    {
        int[] order = [.. Enumerable.Range(0, vocabulary.Count).OrderByDescending(vocabulary.Score)];
        var ranks = new int[order.Length];
        for (int i = 1; i < order.Length; i++)
            ranks[order[i]] = ranks[order[i - 1]] + (vocabulary.Score(order[i]) == vocabulary.Score(order[i - 1]) ? 0 : 1);
        return ranks;
    }
}
