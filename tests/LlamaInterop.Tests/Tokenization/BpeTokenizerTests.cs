using LlamaInterop.Gguf;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class BpeTokenizerTests
{
    [Test]
    public void MergesTheFirstListedPairFirst()
    {
        Assert.That(TokenizerOf(Bpe("gpt-2", "abc", ["b c", "a b"])).Pieces("abc"), Is.EqualTo(new[] { "a", "bc" }));
        Assert.That(TokenizerOf(Bpe("gpt-2", "abc", ["a b", "b c"])).Pieces("abc"), Is.EqualTo(new[] { "ab", "c" }));
    }

    [Test]
    public void MergesOnlyListedPairs()
    {
        // "abc" is a token, but only "ab" + "c" leads to it, and "b" + "c" goes first.
        var tokenizer = TokenizerOf(Bpe("gpt-2", "abc", ["b c", "a b", "ab c"]));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "a", "bc" }));
    }

    [Test]
    public void TakesAWordThatIsATokenWholeWhereTheModelDoes()
    {
        string[] merges = ["b c", "a b", "ab c"];
        var values = Bpe("llama-bpe", "abc", merges);
        values["tokenizer.ggml.add_bos_token"] = GgufValue.From(false);
        Assert.That(TokenizerOf(values).Pieces("abc"), Is.EqualTo(new[] { "abc" }));
    }

    [Test]
    public void MergesNothingAcrossWords()
    {
        var tokenizer = TokenizerOf(Bpe("gpt-2", "abĠ", ["a Ġ", "Ġ b"]));
        Assert.That(tokenizer.Pieces("a b"), Is.EqualTo(new[] { "a", "Ġb" }));
    }

    [Test]
    public void KeepsTheFirstOfTwoEqualMerges()
    {
        var tokenizer = TokenizerOf(Bpe("gpt-2", "abc", ["a b", "b c", "a b"]));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "ab", "c" }));
    }

    [Test]
    public void TakesApartAMergedTextThatIsNoToken()
    {
        var values = Bpe("gpt-2", "abc", ["a b"]);
        values["tokenizer.ggml.tokens"] = GgufValue.FromArray(["a", "b", "c", "x"]);
        Assert.That(TokenizerOf(values).Pieces("abc"), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public void DropsBytesThatTheVocabularyCannotWrite()
    {
        Assert.That(TokenizerOf(Bpe("gpt-2", "ab", [])).Pieces("a\u0013b"), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public void ReadsBytesThatAreNotUtf8AsReplacementCharacters()
    {
        var tokenizer = TokenizerOf(Bpe("gpt-2", "aï¿½", []));
        Assert.That(tokenizer.Decode(tokenizer.Encode([0x61, 0xFF, 0xC3], false, false), special: false), Is.EqualTo("a\uFFFD\uFFFD"u8.ToArray()));
    }

    [Test]
    public void WritesCharactersAsBytesOnlyWhereTheyAreMissing()
    {
        var tokenizer = TokenizerOf(Gemma4(("a", Normal), ("▁", Normal), ("<0xC3>", SingleByte), ("<0xA9>", SingleByte)));
        Assert.That(tokenizer.Pieces("a é"), Is.EqualTo(new[] { "a", "▁", "<0xC3>", "<0xA9>" }));
    }

    [Test]
    public void TakesARunOfLineBreaksWholeWhereItIsAToken()
    {
        var tokenizer = TokenizerOf(Gemma4(("a", Normal), ("\n", Normal), ("\n\n", Normal)));
        Assert.That(tokenizer.Pieces("a\n\na\n\n\n"), Is.EqualTo(new[] { "a", "\n\n", "a", "\n", "\n", "\n" }));
    }

    [Test]
    public void WarnsOfAnUnknownPreTokenizerAndUsesTheDefault()
    {
        var unknown = TokenizerOf(Bpe("made-up", "ab1", []));
        var missing = Bpe("", "ab1", []);
        missing.Remove("tokenizer.ggml.pre");
        Assert.That(unknown.Warnings, Is.EqualTo(new[]
        {
            "tiny.gguf: tokenizer.ggml.pre is 'made-up', which is not known: splitting as 'default', which may not be the model's way",
        }));
        Assert.That(TokenizerOf(missing).Warnings, Has.One.Contains("tokenizer.ggml.pre is missing"));
        Assert.That(TokenizerOf(Bpe("gpt-2", "ab1", [])).Warnings, Is.Empty);
        Assert.That(unknown.Pieces("ab1"), Is.EqualTo(new[] { "a", "b", "1" }));
    }

    [Test]
    public void CleansSpacesOnlyWhereTheModelDoes()
    {
        (string, string)[] expected = [("gpt-2", "a, a"), ("smollm", "a , a")];
        foreach (var (preTokenizer, decoded) in expected)
        {
            var tokenizer = TokenizerOf(Bpe(preTokenizer, "a,Ġ", []));
            Assert.That(tokenizer.Decode(tokenizer.Encode("a , a", false, false), special: false), Is.EqualTo(System.Text.Encoding.UTF8.GetBytes(decoded)));
        }
    }

    [Test]
    public void WarnsInOnePrintableLine()
    {
        string name = "a\nb\u001B[2J" + new string('c', 1_000_000);
        Assert.That(TokenizerOf(Bpe(name, "ab1", [])).Warnings, Has.One.Matches<string>(line => line is { Length: < 1000 } && !line.Any(char.IsControl)));
    }

    [Test]
    public void MergesLineBreaksWhereTheVocabularyListsThem()
    {
        var values = Gemma4(("a", Normal), ("\n", Normal), ("\n\n", Normal), ("▁", Normal));
        values["tokenizer.ggml.model"] = GgufValue.From("gpt2");
        values["tokenizer.ggml.pre"] = GgufValue.From("sarvam-moe");
        Assert.That(TokenizerOf(values).Pieces("a\n\n a"), Is.EqualTo(new[] { "a", "\n", "\n", "▁", "a" }));
    }

    [Test]
    public void BeginsTextWithTheBeginTokenWhereFilesAreKnownToSayOtherwise([Values("gemma4", "granite-embed-multi-311m", "sarvam-moe")] string preTokenizer)
    {
        var values = Gemma4(("a", Normal), ("<bos>", Control));
        values["tokenizer.ggml.model"] = GgufValue.From("gpt2");
        values["tokenizer.ggml.pre"] = GgufValue.From(preTokenizer);
        values["tokenizer.ggml.bos_token_id"] = GgufValue.From(1);
        values["tokenizer.ggml.add_bos_token"] = GgufValue.From(false);
        Assert.That(TokenizerOf(values).Vocabulary.AddBos, Is.EqualTo(preTokenizer != "sarvam-moe"));
    }

    [Test]
    public void DropsWhiteSpaceWhereTheModelIsOfWordsAlone()
    {
        var values = Bpe("whitespace", "abAé", ["a b"], ("<0x0A>", SingleByte));
        values["tokenizer.ggml.model"] = GgufValue.From("whitespace");
        Assert.That(TokenizerOf(values).Pieces(" ab\n\u3000a b Aé"), Is.EqualTo(new[] { "ab", "a", "b", "A", "é" }));
        values["tokenizer.ggml.normalizer.lowercase"] = GgufValue.From(true);
        Assert.That(TokenizerOf(values).Pieces("AB É"), Is.EqualTo(new[] { "ab", "é" }));
    }

    private static Dictionary<string, GgufValue> Gemma4(params (string Text, int Type)[] tokens) => new()
    {
        ["tokenizer.ggml.model"] = GgufValue.From("gemma4"),
        ["tokenizer.ggml.tokens"] = GgufValue.FromArray(tokens.Select(token => token.Text)),
        ["tokenizer.ggml.token_type"] = GgufValue.FromArray(tokens.Select(token => token.Type).ToArray()),
        ["tokenizer.ggml.merges"] = GgufValue.FromArray(["x y"]),
    };
}
