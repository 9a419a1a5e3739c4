using System.Text;
using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Tokenization.Unigram;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class UgmTokenizerTests
{
    [Test]
    public void TakesTheWayWithTheGreatestSum()
    {
        // "ab" + "c" is -5, "a" + "bc" is -4, the longest match would be "abc" at -6.
        var tokenizer = TokenizerOf(Ugm(("a", -2), ("b", -2), ("c", -2), ("ab", -3), ("bc", -2), ("abc", -6)));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "a", "bc" }));
    }

    [Test]
    public void TakesTheLongerLastTokenOfEqualSums()
    {
        var tokenizer = TokenizerOf(Ugm(("a", -1), ("aa", -2), ("aaa", -3)));
        Assert.That(tokenizer.Pieces("aaaa"), Is.EqualTo(new[] { "a", "aaa" }));
    }

    [Test]
    public void FindsTheBestOfAllWays()
    {
        var random = new Random(5);
        for (int round = 0; round < 300; round++)
        {
            string[] texts = [.. Enumerable.Range(0, 12).Select(_ => RandomText(random, 4)).Concat(["a", "é"]).Distinct()];
            var pieces = texts.Select((text, i) => (text, (i % 5) switch { 0 => UserDefined, 1 => 5, _ => Normal }, -random.Next(1, 40) / 4f)).ToArray();
            var tokenizer = TokenizerOf(Ugm(pieces));
            // What is user-defined is cut out before; the model sees what lies between.
            foreach (string text in Enumerable.Range(0, 20).Select(_ => RandomText(random, 9)))
            {
                var allowed = BestWays(tokenizer, text);
                string found = string.Join(' ', tokenizer.Encode(text, false, false));
                Assert.That(allowed, Does.Contain(found), () => $"seed 5, round {round}, {text}");
            }
        }
    }

    [Test]
    public void WritesARunOfUnknownCharactersAsOneUnknownToken()
    {
        var tokenizer = TokenizerOf(Ugm(("a", -1), ("▁", -1)));
        Assert.That(tokenizer.Pieces("xyaz日 z"), Is.EqualTo(new[] { "<unk>", "a", "<unk>", "▁", "<unk>" }));
    }

    [Test]
    public void WritesUnknownCharactersAsNothingWithoutUnknownToken()
    {
        var values = Ugm(("a", -1));
        values["tokenizer.ggml.unknown_token_id"] = GgufValue.From(-1);
        Assert.That(TokenizerOf(values).Pieces("xxaxax"), Is.EqualTo(new[] { "a", "a" }));
    }

    [Test]
    public void PrefersAnUnlikelyTokenToAnUnknownOne()
    {
        // Unknown is 10 below the lowest score, so "xy" at -30 beats "x" and unknown at -31 at best.
        Assert.That(TokenizerOf(Ugm(("x", -1), ("xy", -30))).Pieces("xy"), Is.EqualTo(new[] { "xy" }));
    }

    [Test]
    public void PutsASpaceBeforeTextOnlyWhereAsked()
    {
        var values = Ugm(("▁", -1), ("a", -1), ("▁a", -1));
        Assert.That(TokenizerOf(values).Pieces("a a"), Is.EqualTo(new[] { "a", "▁a" }));
        values["tokenizer.ggml.add_space_prefix"] = GgufValue.From(true);
        var tokenizer = TokenizerOf(values);
        Assert.That(tokenizer.Pieces("a a"), Is.EqualTo(new[] { "▁a", "▁a" }));
        Assert.That(tokenizer.Pieces(" a"), Is.EqualTo(new[] { "▁", "▁a" }));
        Assert.That(tokenizer.Pieces("a</s>a", parseSpecial: true), Is.EqualTo(new[] { "▁a", "</s>", "▁a" }));
        Assert.That(tokenizer.Pieces(" "), Is.EqualTo(new[] { "▁" }));
    }

    [Test]
    public void RemovesExtraSpacesWhereAsked()
    {
        var values = Ugm(("▁", -1), ("a", -1), ("b", -1));
        Assert.That(TokenizerOf(values).Pieces(" a  b "), Is.EqualTo(new[] { "▁", "a", "▁", "▁", "b", "▁" }));
        values["tokenizer.ggml.remove_extra_whitespaces"] = GgufValue.From(true);
        Assert.That(TokenizerOf(values).Pieces(" a  b "), Is.EqualTo(new[] { "▁", "a", "▁", "b" }));
        Assert.That(TokenizerOf(values).Pieces("   "), Is.Empty);
    }

    [Test]
    public void ReadsTheMarkInTextAsASpace()
    {
        var tokenizer = TokenizerOf(Ugm(("▁a", -1), ("a", -1), ("▁", -1)));
        Assert.That(tokenizer.Pieces("a▁a"), Is.EqualTo(new[] { "a", "▁a" }));
    }

    [Test]
    public void NeverMatchesATokenWithASpaceInIt()
    {
        var tokenizer = TokenizerOf(Ugm(("a b", -1), ("a", -1), ("b", -1), ("▁", -1)));
        Assert.That(tokenizer.Pieces("a b"), Is.EqualTo(new[] { "a", "▁", "b" }));
    }

    [Test]
    public void RewritesTextByTheVocabularysRules([Values] bool signed)
    {
        byte[] map = CharacterMapBuilder.Build(new() { ["Ａ"] = "a", ["ﬁ"] = "f i", ["\u00AD"] = "" });
        var values = Ugm(("▁", -1), ("a", -1), ("f", -1), ("i", -1));
        values["tokenizer.ggml.precompiled_charsmap"] = signed ? GgufValue.FromArray((sbyte[])(object)map) : GgufValue.FromArray(map);
        Assert.That(TokenizerOf(values).Pieces("Ａ\u00ADﬁ"), Is.EqualTo(new[] { "a", "f", "▁", "i" }));
    }

    [Test]
    public void RefusesABadMap()
    {
        var values = Ugm(("a", -1));
        values["tokenizer.ggml.precompiled_charsmap"] = GgufValue.FromArray(new byte[] { 9, 0, 0, 0, 1 });
        Assert.That(() => TokenizerOf(values), Throws.TypeOf<GgufException>().With.Message.Contains("precompiled_charsmap': a tree of 9 bytes"));
        values["tokenizer.ggml.precompiled_charsmap"] = GgufValue.FromArray(new[] { "a" });
        Assert.That(() => TokenizerOf(values), Throws.TypeOf<GgufException>().With.Message.Contains("precompiled_charsmap"));
    }

    [Test]
    public void EndsTextWithTheEndTokenUnlessTold()
    {
        var values = Ugm(("a", -1));
        Assert.That(TokenizerOf(values).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "a", "</s>" }));
        values["tokenizer.ggml.add_eos_token"] = GgufValue.From(false);
        Assert.That(TokenizerOf(values).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void ReadsInvalidUtf8AsReplacementCharacters()
    {
        var tokenizer = TokenizerOf(Ugm(("a", -1), ("\uFFFD", -1)));
        Assert.That(tokenizer.Encode([0x61, 0xFF, 0xE2, 0x82], false, false), Is.EqualTo(new[] { 3, 4, 4, 4 }));
    }

    [TestCase(float.NegativeInfinity)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(float.MinValue)]
    public void SurvivesAnyScore(float score)
    {
        var tokenizer = TokenizerOf(Ugm(("a", score), ("b", -1), ("ab", -1)));
        Assert.That(tokenizer.Decode(tokenizer.Encode("aabba", false, false), special: true), Is.EqualTo("aabba"u8.ToArray()));
    }

    [Test]
    public void DecodesMarksToSpaces()
    {
        var values = Ugm(("▁a", Normal, -1), ("[b]", UserDefined, 0), ("▁", Normal, -1));
        values["tokenizer.ggml.add_space_prefix"] = GgufValue.From(true);
        var tokenizer = TokenizerOf(values);
        Assert.That(tokenizer.Decode(tokenizer.Encode("a a[b]", true, false), special: false), Is.EqualTo("a a[b]"u8.ToArray()));
    }

    [Test, NeedsSharedData]
    public void EncodesAsHuggingFace()
    {
        var tokenizer = LoadHuggingFace(SharedData.PathOf("models", "arch", "tiny_unigram_tokenizer.json"));
        using var cases = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("models", "arch", "hf_tokenizer_cases.json")));
        foreach (var line in cases.RootElement.GetProperty("unigram").GetProperty("cases").EnumerateArray())
        {
            string text = line.GetProperty("text").GetString()!;
            int[] ids = [.. line.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
            Assert.That(tokenizer.Encode(text, true, false), Is.EqualTo(ids), text);
            Assert.That(Encoding.UTF8.GetString(tokenizer.Decode(ids, special: false)), Is.EqualTo(line.GetProperty("decoded").GetString()), text);
        }
    }

    private static Tokenizer LoadHuggingFace(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        var entries = json.RootElement.GetProperty("model").GetProperty("vocab").EnumerateArray().Select(entry => (entry[0].GetString()!, entry[1].GetSingle())).ToArray();
        var values = Ugm(entries);
        values["tokenizer.ggml.tokens"] = GgufValue.FromArray(entries.Select(entry => entry.Item1));
        values["tokenizer.ggml.scores"] = GgufValue.FromArray(entries.Select(entry => entry.Item2).ToArray());
        values["tokenizer.ggml.token_type"] = GgufValue.FromArray(entries.Select((_, id) => id == 0 ? Unknown : id < 3 ? Control : Normal).ToArray());
        values["tokenizer.ggml.unknown_token_id"] = GgufValue.From(0);
        values["tokenizer.ggml.add_space_prefix"] = GgufValue.From(true);
        values["tokenizer.ggml.add_eos_token"] = GgufValue.From(false);
        return TokenizerOf(values);
    }

    private static string RandomText(Random random, int maxLength) =>
        string.Concat(Enumerable.Range(0, random.Next(1, maxLength)).Select(_ => "aabé日"[random.Next(5)]));

    // All ways to write a text that have the greatest sum, as ids with a space between; user-defined tokens are cut out first.
    private static HashSet<string> BestWays(Tokenizer tokenizer, string text)
    {
        var vocabulary = tokenizer.Vocabulary;
        var ways = new HashSet<string> { "" };
        foreach (var fragment in new SpecialTokenFinder(vocabulary, hidden: false).Split(Encoding.UTF8.GetBytes(text)))
        {
            string part = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text).AsSpan(fragment.Start, fragment.Length));
            string[] parts = fragment.IsToken ? [$"{fragment.Token}"] : BestWaysOfPart(vocabulary, part);
            ways = [.. ways.SelectMany(way => parts.Select(part => way.Length == 0 ? part : $"{way} {part}"))];
        }
        return ways;
    }

    private static string[] BestWaysOfPart(Vocabulary vocabulary, string text)
    {
        var all = new List<(double Sum, List<int> Ids)>();
        float lowest = Enumerable.Range(0, vocabulary.Count).Where(id => vocabulary.Attributes(id) == TokenAttributes.Normal).Min(vocabulary.Score);
        Extend(0, 0, []);
        double best = all.Max(way => way.Sum);
        return [.. all.Where(way => way.Sum == best).Select(way => string.Join(' ', way.Ids)).Distinct()];

        void Extend(int start, double sum, List<int> ids)
        {
            if (start == text.Length)
                all.Add((sum, ids));
            for (int end = start + 1; end <= text.Length; end++)
            {
                int id = vocabulary.IdOf(Encoding.UTF8.GetBytes(text[start..end]));
                bool isWritten = id >= 0 && (vocabulary.Attributes(id) & (TokenAttributes.Normal | TokenAttributes.Unused | TokenAttributes.UserDefined)) != 0;
                if (isWritten)
                    Extend(end, sum + (vocabulary.Attributes(id) == TokenAttributes.UserDefined ? 0 : vocabulary.Score(id)), [.. ids, id]);
                else if (end == start + 1)
                    Extend(end, sum + lowest - 10, ids.Count > 0 && ids[^1] == vocabulary.Unk ? ids : [.. ids, vocabulary.Unk]);
            }
        }
    }
}
