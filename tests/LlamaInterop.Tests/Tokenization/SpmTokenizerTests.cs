using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class SpmTokenizerTests
{
    private static readonly (string, int)[] s_allBytes = [.. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", SingleByte))];

    [Test]
    public void MergesTheBestScoreFirst()
    {
        // "bc" scores higher than "ab", so the b of "abc" goes to the c.
        var tokenizer = TokenizerOf(Spm("bc", "ab", "a", "b", "c", "▁"));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "▁", "a", "bc" }));
    }

    [Test]
    public void MergesTheLeftmostOfEqualScores()
    {
        var values = Spm("aa", "a", "▁");
        values["tokenizer.ggml.scores"] = GgufValue.FromArray(new float[6]);
        Assert.That(TokenizerOf(values).Pieces("aaa"), Is.EqualTo(new[] { "▁", "aa", "a" }));
    }

    [Test]
    public void MergesWithHalvesThatAreNoTokens()
    {
        // Neither "x" nor "y" is a token, yet their pair is one.
        Assert.That(TokenizerOf(Spm("xy", "▁")).Pieces("xy"), Is.EqualTo(new[] { "▁", "xy" }));
    }

    [Test]
    public void PutsASpaceBeforeTextOnlyWhereAsked()
    {
        var values = Spm("▁a", "a", "▁");
        Assert.That(TokenizerOf(values).Pieces("a"), Is.EqualTo(new[] { "▁a" }));
        values["tokenizer.ggml.add_space_prefix"] = GgufValue.From(false);
        Assert.That(TokenizerOf(values).Pieces("a"), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void PutsASpaceBeforeTextAfterASpecialToken()
    {
        var tokenizer = TokenizerOf(Spm("▁a", "a", "▁"));
        Assert.That(tokenizer.Pieces("a</s>a", parseSpecial: true), Is.EqualTo(new[] { "▁a", "</s>", "▁a" }));
    }

    [Test]
    public void ReadsControlTokensAsTextUnlessAsked()
    {
        var tokenizer = TokenizerOf(Spm("<", "s", ">", "/", "▁"));
        Assert.That(tokenizer.Pieces("<s>"), Is.EqualTo(new[] { "▁", "<", "s", ">" }));
        Assert.That(tokenizer.Pieces("<s>", parseSpecial: true), Is.EqualTo(new[] { "<s>" }));
    }

    [Test]
    public void AddsBeginAndEndAsTheFileSays()
    {
        var values = Spm("a", "▁");
        Assert.That(TokenizerOf(values).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "<s>", "▁", "a" }));
        Assert.That(TokenizerOf(values).Pieces("", addSpecial: true), Is.EqualTo(new[] { "<s>" }));
        values["tokenizer.ggml.add_bos_token"] = GgufValue.From(false);
        values["tokenizer.ggml.add_eos_token"] = GgufValue.From(true);
        Assert.That(TokenizerOf(values).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "▁", "a", "</s>" }));
    }

    [Test]
    public void WritesUnknownCharactersAsBytes()
    {
        var tokenizer = TokenizerOf(Spm([("a", Normal), ("▁", Normal), .. s_allBytes]));
        Assert.That(tokenizer.Pieces("é"), Is.EqualTo(new[] { "▁", "<0xC3>", "<0xA9>" }));
    }

    [Test]
    public void KeepsEveryByteOfInvalidUtf8()
    {
        var tokenizer = TokenizerOf(Spm([("a", Normal), ("▁", Normal), .. s_allBytes]));
        byte[] text = [0x61, 0xFF, 0xC3, 0x20, 0xE2, 0x82, 0x61, 0x80, 0xF0];
        Assert.That(tokenizer.Decode(tokenizer.Encode(text, false, false), special: false), Is.EqualTo(text));
    }

    [Test]
    public void WritesARunOfUnknownCharactersAsOneUnknownToken()
    {
        var tokenizer = TokenizerOf(Spm("a", "▁"));
        Assert.That(tokenizer.Pieces("aééa日é"), Is.EqualTo(new[] { "▁", "a", "<unk>", "a", "<unk>" }));
    }

    [Test]
    public void WritesUnknownCharactersAsNothingWithoutUnknownToken()
    {
        var values = Spm("a", "▁");
        values["tokenizer.ggml.unknown_token_id"] = GgufValue.From(-1);
        Assert.That(TokenizerOf(values).Pieces("aéa"), Is.EqualTo(new[] { "▁", "a", "a" }));
    }

    [Test]
    public void DecodesWithoutTheSpaceItPutsFirst()
    {
        var tokenizer = TokenizerOf(Spm("▁a", "b", "▁", "a"));
        int[] ids = tokenizer.Encode("a b", false, false);
        Assert.That(tokenizer.Decode(ids, special: false), Is.EqualTo("a b"u8.ToArray()));
    }

    [Test]
    public void CutsOutUserDefinedTokensAlways()
    {
        var tokenizer = TokenizerOf(Spm(("a", Normal), ("▁", Normal), ("[b]", UserDefined)));
        Assert.That(tokenizer.Pieces("a[b]"), Is.EqualTo(new[] { "▁", "a", "[b]" }));
    }

    [Test, NeedsSharedData]
    public void SurvivesAVocabularyWithoutBytes()
    {
        using var file = GgufFile.Open(SharedData.PathOf("models", "babyllama", "babyllama105-f32.gguf"));
        var tokenizer = Tokenizer.FromGguf(file.Metadata);
        Assert.That(tokenizer.Vocabulary.Count, Is.EqualTo(105));
        Assert.That(tokenizer.Pieces("Once 日本語 upon")[^1], Is.EqualTo("n"));
        foreach (byte value in Enumerable.Range(0, 256).Select(value => (byte)value))
            Assert.That(tokenizer.Encode([value, value], addSpecial: true, parseSpecial: true), Is.Not.Empty);
    }
}
