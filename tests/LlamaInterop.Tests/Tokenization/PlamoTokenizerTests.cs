using System.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class PlamoTokenizerTests
{
    [Test]
    public void TakesTheCheapestWay()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -2), ("b", -2), ("c", -2), ("ab", -3), ("bc", -2), ("abc", -6)));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "a", "bc" }));
    }

    [Test]
    public void TakesTheLongerFirstTokenOfEqualCosts()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -1), ("aa", -2), ("aaa", -3)));
        Assert.That(tokenizer.Pieces("aaaa"), Is.EqualTo(new[] { "aaa", "a" }));
    }

    [Test]
    public void WritesUnknownCharactersAsBytes()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -1), ("日", -1)));
        Assert.That(tokenizer.Pieces("aé日\n"), Is.EqualTo(new[] { "a", "<0xC3>", "<0xA9>", "日", "<0x0A>" }));
    }

    [Test]
    public void WritesBytesWhereTheTokenIsDearer()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -1000.5f), ("b", -1000), ("cc", -1999), ("dd", -2000.5f)));
        Assert.That(tokenizer.Pieces("abccdd"), Is.EqualTo(new[] { "<0x61>", "b", "cc", "<0x64>", "<0x64>" }));
    }

    [Test]
    public void DropsAByteOrderMarkThatBeginsTheText()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -1)));
        Assert.That(tokenizer.Pieces("\uFEFFa\uFEFF"), Is.EqualTo(new[] { "a", "<0xEF>", "<0xBB>", "<0xBF>" }));
        Assert.That(tokenizer.Pieces("\uFEFF"), Is.Empty);
    }

    [Test]
    public void ReadsInvalidUtf8AsReplacementCharacters()
    {
        var tokenizer = TokenizerOf(Plamo(("a", -1), ("\uFFFD", -1)));
        Assert.That(tokenizer.Decode(tokenizer.Encode([0x61, 0xFF, 0xE2, 0x82, 0x61], false, false), special: true), Is.EqualTo("a\uFFFD\uFFFD\uFFFDa"u8.ToArray()));
    }

    [Test]
    public void LeavesUnusedTokensAlone()
    {
        var values = Plamo(("[", -9), ("PAD1", -9), ("]", -9), ("[PAD1]", -1));
        int[] types = [.. Enumerable.Range(0, 264).Select(id => id < 4 ? Control : id < 260 ? SingleByte : id < 263 ? Normal : 5)];
        values["tokenizer.ggml.token_type"] = GgufValue.FromArray(types);
        Assert.That(TokenizerOf(values).Pieces("[PAD1]"), Is.EqualTo(new[] { "[", "PAD1", "]" }));
    }

    [Test]
    public void DecodesTextAsItStands()
    {
        var tokenizer = TokenizerOf(Plamo(("▁a", -1), ("Ġ", -1), (" b", -1)));
        Assert.That(tokenizer.Decode(tokenizer.Encode("▁aĠ b\0é", false, false), special: false), Is.EqualTo("▁aĠ b\0é"u8.ToArray()));
    }

    [Test]
    public void NamesAByteTokenThatIsMissing()
    {
        var values = Plamo(("a", -1));
        string[] tokens = [.. values["tokenizer.ggml.tokens"].Strings!];
        tokens[4 + 0x7F] = "x";
        values["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens);
        values["tokenizer.ggml.token_type"] = GgufValue.FromArray(Enumerable.Range(0, tokens.Length).Select(id => id is >= 4 and < 260 && id != 4 + 0x7F ? SingleByte : Normal).ToArray());
        Assert.That(() => TokenizerOf(values), Throws.TypeOf<GgufException>().With.Message.Contains("tokenizer.ggml.tokens").And.Message.Contains("<0x7F>"));
    }

    [Test]
    public void FindsTheCheapestOfAllWays()
    {
        var random = new Random(8);
        for (int round = 0; round < 300; round++)
        {
            var pieces = Enumerable.Range(0, 12).Select(_ => RandomText(random, 4)).Distinct().Select(text => (text, -random.Next(1, 30) / 2f)).ToArray();
            var tokenizer = TokenizerOf(Plamo(pieces));
            string text = RandomText(random, 9);
            Assert.That(tokenizer.Encode(text, false, false), Is.EqualTo(CheapestWay(tokenizer.Vocabulary, text)), () => $"seed 8, round {round}: {text}");
        }
    }

    private static string RandomText(Random random, int maxLength) =>
        string.Concat(Enumerable.Range(0, random.Next(1, maxLength)).Select(_ => "aabé日"[random.Next(5)]));

    private static int[] CheapestWay(Vocabulary vocabulary, string text)
    {
        var all = new List<(long Cost, int[] Lengths, int[] Ids)>();
        Extend(0, 0, [], []);
        long least = all.Min(way => way.Cost);
        // Longest first: of the lengths, the first that differs decides.
        return all.Where(way => way.Cost == least).OrderByDescending(way => string.Join(' ', way.Lengths), StringComparer.Ordinal).First().Ids;

        void Extend(int start, long cost, int[] lengths, int[] ids)
        {
            if (start == text.Length)
                all.Add((cost, lengths, ids));
            for (int end = start + 1; end <= text.Length; end++)
            {
                byte[] part = Encoding.UTF8.GetBytes(text[start..end]);
                if (vocabulary.IdOf(part) is >= 0 and int id)
                    Extend(end, cost - (long)Math.Round(vocabulary.Score(id) * 1e4), [.. lengths, end - start], [.. ids, id]);
                else if (end == start + 1)
                    Extend(end, cost + 10_000_000, [.. lengths, 1], [.. ids, .. part.Select(value => 4 + value)]);
            }
        }
    }
}
