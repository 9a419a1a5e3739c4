using LlamaInterop.Gguf;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class TokenizerTests
{
    private static readonly Tokenizer s_tokenizer = TokenizerOf(Spm("▁a", "a", "b", "▁"));

    [Test]
    public void WritesTheBytesOfAToken()
    {
        var destination = new byte[s_tokenizer.MaxPieceBytes];
        Assert.That(s_tokenizer.PieceBytes(3, special: false, destination), Is.EqualTo(2));
        Assert.That(destination[..2], Is.EqualTo(" a"u8.ToArray()));
        Assert.That(s_tokenizer.PieceBytes(1, special: false, destination), Is.Zero);
        Assert.That(s_tokenizer.PieceBytes(1, special: true, destination), Is.EqualTo(3));
    }

    [Test]
    public void WritesTheBytesOfATokenWithoutAllocating()
    {
        var destination = new byte[s_tokenizer.MaxPieceBytes];
        s_tokenizer.PieceBytes(3, special: true, destination);
        Assert.That(Allocations.LeastOf(() => s_tokenizer.PieceBytes(3, special: true, destination)), Is.Zero);
    }

    [TestCase(-1)]
    [TestCase(7)]
    [TestCase(int.MaxValue)]
    public void RejectsAnIdThatIsNoToken(int id)
    {
        Assert.That(() => s_tokenizer.PieceBytes(id, special: false, new byte[9]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => s_tokenizer.Decode([3, id], special: false), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void RejectsADestinationThatIsTooShort() =>
        Assert.That(() => s_tokenizer.PieceBytes(3, special: false, new byte[1]), Throws.ArgumentException);

    [Test]
    public void AppendsToAList()
    {
        List<int> ids = [42];
        s_tokenizer.Encode("a"u8, addSpecial: true, parseSpecial: false, ids);
        Assert.That(ids, Is.EqualTo(new[] { 42, 1, 3 }));
    }

    [Test]
    public void EncodesAndDecodesNothing()
    {
        Assert.That(s_tokenizer.Encode("", addSpecial: false, parseSpecial: true), Is.Empty);
        Assert.That(s_tokenizer.Decode([], special: true), Is.Empty);
    }

    [Test]
    public void EncodesUnpairedSurrogatesAsReplacementCharacters() =>
        Assert.That(s_tokenizer.Encode("\uD83D", false, false), Is.EqualTo(s_tokenizer.Encode("\uFFFD", false, false)));

    [Test]
    public void MayBeUsedByManyThreads()
    {
        string text = string.Concat(Enumerable.Repeat("ab aab b", 500));
        int[] expected = s_tokenizer.Encode(text, false, false);
        Parallel.For(0, 64, _ => Assert.That(s_tokenizer.Encode(text, false, false).AsSpan().SequenceEqual(expected), Is.True));
    }

    [Test]
    public void NamesTheModelThatItDoesNotSupport()
    {
        var values = Spm("a");
        values["tokenizer.ggml.model"] = GgufValue.From("hybriddna");
        Assert.That(() => TokenizerOf(values), Throws.TypeOf<GgufException>().With.Message.Contains("'hybriddna' is not supported"));
    }
}
