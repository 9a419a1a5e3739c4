using LlamaInterop.Gguf;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class WpmTokenizerTests
{
    [Test]
    public void TakesTheLongestPieceFirst()
    {
        var tokenizer = TokenizerOf(Wpm("▁a", "▁ab", "c", "cd", "d"));
        Assert.That(tokenizer.Pieces("abcd a"), Is.EqualTo(new[] { "▁ab", "cd", "▁a" }));
    }

    [Test]
    public void WritesAWordThatHasNoEndAsUnknown()
    {
        var tokenizer = TokenizerOf(Wpm("▁a", "b"));
        Assert.That(tokenizer.Pieces("ab abx a"), Is.EqualTo(new[] { "▁a", "b", "[UNK]", "▁a" }));
    }

    [Test]
    public void DropsCaseAndAccents()
    {
        Assert.That(TokenizerOf(Wpm("▁cafe")).Pieces("CAFÉ café Cafe\u0301"), Is.EqualTo(new[] { "▁cafe", "▁cafe", "▁cafe" }));
    }

    [Test]
    public void KeepsCaseAndAccentsWhereTheFileSaysSo()
    {
        var values = Wpm("▁É", "▁E", "▁é", "▁e");
        values["tokenizer.ggml.normalizer.lowercase"] = GgufValue.From(false);
        Assert.That(TokenizerOf(values).Pieces("É é"), Is.EqualTo(new[] { "▁É", "▁é" }));
        values["tokenizer.ggml.normalizer.strip_accents"] = GgufValue.From(true);
        Assert.That(TokenizerOf(values).Pieces("É é"), Is.EqualTo(new[] { "▁E", "▁e" }));
    }

    [Test]
    public void MakesPunctuationAndIdeographsWordsOfTheirOwn()
    {
        var tokenizer = TokenizerOf(Wpm("▁a", "▁,", "▁$", "▁日", "▁本", "b"));
        Assert.That(tokenizer.Pieces("a,a日本$a"), Is.EqualTo(new[] { "▁a", "▁,", "▁a", "▁日", "▁本", "▁$", "▁a" }));
    }

    [Test]
    public void DecomposesHangulIntoLetters()
    {
        Assert.That(TokenizerOf(Wpm("▁\u1112", "\u1161", "\u11AB")).Pieces("한"), Is.EqualTo(new[] { "▁\u1112", "\u1161", "\u11AB" }));
    }

    [Test]
    public void DropsControlCharacters()
    {
        Assert.That(TokenizerOf(Wpm("▁ab")).Pieces("a\0\u0007\u200B\uFFFDb"), Is.EqualTo(new[] { "▁ab" }));
    }

    [Test]
    public void ReadsWordsOfMoreThanAHundredCharactersAsUnknown()
    {
        var tokenizer = TokenizerOf(Wpm("▁a", "a"));
        Assert.That(tokenizer.Pieces(new string('a', 100)), Has.Length.EqualTo(100));
        Assert.That(tokenizer.Pieces(new string('a', 101)), Is.EqualTo(new[] { "[UNK]" }));
    }

    [Test]
    public void PutsClassAndSeparatorAroundText()
    {
        Assert.That(TokenizerOf(Wpm("▁a")).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "[CLS]", "▁a", "[SEP]" }));
    }
}
