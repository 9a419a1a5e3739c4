using System.Text;
using LlamaInterop.Gguf;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class RwkvTokenizerTests
{
    [Test]
    public void TakesTheLongestTokenEachTime()
    {
        // "abc" would be written with fewer tokens as "a" and "bc".
        var tokenizer = TokenizerOf(Rwkv("a", "b", "c", "ab", "bc", "cd", "d"));
        Assert.That(tokenizer.Pieces("abcd"), Is.EqualTo(new[] { "ab", "cd" }));
    }

    [Test]
    public void ReadsTokensWithTheirEscapes()
    {
        string[] pieces = ["\\n", "\\n\\n", "\\t", "\\\\", "\\xe2\\x82", "\\xac", "\\'", "\\r"];
        var tokenizer = TokenizerOf(Rwkv(pieces));
        Assert.That(tokenizer.Pieces("\n\n\n\t\\€'\r"), Is.EqualTo(new[] { "\\n\\n", "\\n", "\\t", "\\\\", "\\xe2\\x82", "\\xac", "\\'", "\\r" }));
    }

    [Test]
    public void GoesBackToTheLastTokenThatWasWhole()
    {
        var tokenizer = TokenizerOf(Rwkv("a", "abcd", "b", "c"));
        Assert.That(tokenizer.Pieces("abc"), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public void WritesAByteThatBeginsNoTokenAsUnknown()
    {
        var values = Rwkv("a", "xyz", "z");
        Assert.That(TokenizerOf(values).Pieces("axya"), Is.EqualTo(new[] { "a", "a" }));
        values["tokenizer.ggml.unknown_token_id"] = GgufValue.From(3);
        Assert.That(TokenizerOf(values).Pieces("axya"), Is.EqualTo(new[] { "a", "z", "z", "a" }));
    }

    [Test]
    public void AddsNothingToAText()
    {
        var values = Rwkv("a");
        values["tokenizer.ggml.bos_token_id"] = values["tokenizer.ggml.eos_token_id"] = GgufValue.From(0);
        values["tokenizer.ggml.add_bos_token"] = values["tokenizer.ggml.add_eos_token"] = GgufValue.From(true);
        Assert.That(TokenizerOf(values).Pieces("a", addSpecial: true), Is.EqualTo(new[] { "a" }));
        Assert.That(TokenizerOf(values).Vocabulary.AddBos, Is.False);
    }

    [Test]
    public void KeepsEveryByteOfAnyInput()
    {
        var tokenizer = TokenizerOf(Rwkv([.. Enumerable.Range(0, 256).Select(value => $"\\x{value:x2}"), "ab", "\\xe6\\x97\\xa5"]));
        var random = new Random(4);
        for (int round = 0; round < 200; round++)
        {
            byte[] text = [.. Enumerable.Range(0, 40).Select(_ => random.Next(3) == 0 ? (byte)random.Next(256) : "ab日"u8[random.Next(5)])];
            Assert.That(tokenizer.Decode(tokenizer.Encode(text, false, false), special: true), Is.EqualTo(text), () => $"seed 4, round {round}");
        }
    }

    [Test]
    public void EncodesAsATrialOfAllTokensDoes()
    {
        var random = new Random(6);
        for (int round = 0; round < 200; round++)
        {
            string[] pieces = [.. Enumerable.Range(0, 15).Select(_ => RandomText(random, 5)).Distinct()];
            var tokenizer = TokenizerOf(Rwkv(pieces));
            string text = RandomText(random, 40);
            var expected = new List<string>();
            for (int start = 0; start < text.Length;)
            {
                string? longest = pieces.Where(piece => text.AsSpan(start).StartsWith(piece)).MaxBy(piece => piece.Length);
                if (longest is not null)
                    expected.Add(longest);
                start += longest?.Length ?? 1;
            }
            Assert.That(tokenizer.Pieces(text), Is.EqualTo(expected), () => $"seed 6, round {round}: {text}");
        }
    }

    private static string RandomText(Random random, int maxLength)
    {
        var text = new StringBuilder();
        for (int i = random.Next(1, maxLength); i > 0; i--)
            text.Append("abc"[random.Next(3)]);
        return text.ToString();
    }
}
