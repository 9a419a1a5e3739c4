namespace LlamaInterop.Tokenization;

/// <summary>Byte-pair encoding's merges: the pairs of <c>tokenizer.ggml.merges</c>, ranked by their place in the list.</summary>
internal static class ListedMerges
{
    public static MergeTable Build(Vocabulary vocabulary)
    {
        var merges = vocabulary.Merges!;
        var table = new MergeTable(vocabulary.Symbols, merges.Count);
        var joined = new byte[64];
        for (int rank = 0; rank < merges.Count; rank++)
        {
            MergeText.TrySplit(merges.Utf8(rank).Span, out var left, out var right);
            int length = left.Length + right.Length;
            if (length > joined.Length)
                joined = new byte[length * 2];
            left.CopyTo(joined);
            right.CopyTo(joined.AsSpan(left.Length));
            table.Add(table.AddSymbol(left), table.AddSymbol(right), table.AddSymbol(joined.AsSpan(0, length)), rank);
        }
        return table;
    }
}
