using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class SymbolMergerTests
{
    private const int LetterCount = 4;

    /// <summary>Rows long enough for buckets, and short ones, each with ranks that are all different, or that collide as equal scores do.</summary>
    [Test]
    public void MergesAsRepeatedSearchForTheBestPairWould([Values(3, 50, 6000)] int length, [Values(1, 5, 1000)] int rankCount)
    {
        var random = new Random(length + rankCount);
        var table = RandomTable(random, rankCount);
        int[] row = [.. Enumerable.Range(0, length).Select(_ => random.Next(LetterCount))];
        var merger = new SymbolMerger(table);
        for (int round = 0; round < 2; round++)
        {
            merger.Clear();
            foreach (int symbol in row)
                merger.Add(symbol);
            merger.Merge();
            Assert.That(Symbols(merger), Is.EqualTo(MergeBySearch(table, row)));
        }
    }

    [Test]
    public void LeavesAnEmptyRowAlone()
    {
        var merger = new SymbolMerger(RandomTable(new Random(1), 5));
        merger.Merge();
        Assert.That(merger.Count, Is.Zero);
    }

    private static MergeTable RandomTable(Random random, int rankCount)
    {
        var symbols = new ByteStringMap(4);
        var table = new MergeTable(symbols, 4);
        List<int> known = [.. "abcd"u8.ToArray().Select(letter => table.AddSymbol([letter]))];
        for (int i = 0; i < 60; i++)
        {
            int left = known[random.Next(known.Count)];
            int right = known[random.Next(known.Count)];
            int merged = table.AddSymbol([.. table.Text(left), .. table.Text(right)]);
            table.Add(left, right, merged, random.Next(rankCount));
            if (!known.Contains(merged))
                known.Add(merged);
        }
        return table;
    }

    private static List<int> Symbols(SymbolMerger merger)
    {
        var symbols = new List<int>();
        for (int i = 0; i < merger.Count; i = merger.Next(i))
            symbols.Add(merger.Symbol(i));
        return symbols;
    }

    private static List<int> MergeBySearch(MergeTable table, int[] row)
    {
        List<int> symbols = [.. row];
        while (true)
        {
            int best = -1;
            int bestRank = int.MaxValue;
            for (int i = 0; i + 1 < symbols.Count; i++)
            {
                int merge = table.Find(symbols[i], symbols[i + 1]);
                if (merge < 0 || table[merge].Rank >= bestRank)
                    continue;
                best = i;
                bestRank = table[merge].Rank;
            }
            if (best < 0)
                return symbols;
            symbols[best] = table[table.Find(symbols[best], symbols[best + 1])].Symbol;
            symbols.RemoveAt(best + 1);
        }
    }
}
