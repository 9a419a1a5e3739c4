using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class Utf8TextTests
{
    [Test]
    public void DecodesAndEncodesEveryCharacter()
    {
        Span<byte> bytes = stackalloc byte[4];
        for (int codePoint = 0; codePoint <= 0x10FFFF; codePoint++)
        {
            int length = Utf8Text.Encode(codePoint, bytes);
            int decoded = Utf8Text.Decode(bytes[..length], 0, out int consumed);
            if (decoded != codePoint || consumed != length || Rune.IsValid(codePoint) && new Rune(codePoint).Utf8SequenceLength != length)
                Assert.Fail($"U+{codePoint:X} became U+{decoded:X} in {length} bytes");
        }
    }

    [TestCase(new byte[] { 0x80 })]
    [TestCase(new byte[] { 0xC3 })]
    [TestCase(new byte[] { 0xC3, 0x28 })]
    [TestCase(new byte[] { 0xE2, 0x82 })]
    [TestCase(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [TestCase(new byte[] { 0xF8, 0x88, 0x80, 0x80 })]
    [TestCase(new byte[] { 0xFF })]
    public void DecodesAByteThatIsNoPartOfACharacterByItself(byte[] text)
    {
        Assert.That(Utf8Text.Decode(text, 0, out int length), Is.EqualTo(0xFFFD));
        Assert.That(length, Is.EqualTo(1));
    }

    [TestCase(new byte[] { 0xE2, 0x82, 0xAC, 0x61 }, 3)]
    [TestCase(new byte[] { 0xE2, 0x82 }, 2)]
    [TestCase(new byte[] { 0x82, 0x82 }, 1)]
    [TestCase(new byte[] { 0xFF, 0x82 }, 2)]
    public void CutsCharactersAsTheirFirstByteSays(byte[] text, int length) =>
        Assert.That(Utf8Text.CharacterLength(text, 0), Is.EqualTo(length));

    [TestCase("", "")]
    [TestCase("61C3A9E282AC", "61C3A9E282AC")]
    [TestCase("61FFE282", "61EFBFBDEFBFBDEFBFBD")]
    [TestCase("C080", "00")]
    public void RepairsWhatIsNoCharacter(string text, string repaired)
    {
        byte[] bytes = Convert.FromHexString(text), destination = new byte[bytes.Length * Utf8Text.MaxRepairGrowth];
        Assert.That(Convert.ToHexString(destination, 0, Utf8Text.Repair(bytes, destination)), Is.EqualTo(repaired));
    }

    [TestCase('A', 'a')]
    [TestCase('a', 'a')]
    [TestCase(0xC9, 0xE9)]
    [TestCase(0x10400, 0x10428)]
    [TestCase(0x65E5, 0x65E5)]
    [TestCase(0xD800, 0xD800)]
    public void LowersTheCaseOfAnyCodePoint(int codePoint, int lower) => Assert.That(Utf8Text.ToLower(codePoint), Is.EqualTo(lower));
}
