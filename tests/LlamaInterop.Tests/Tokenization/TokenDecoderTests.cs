using System.Text;
using LlamaInterop.Tokenization;
using static LlamaInterop.Tests.Tokenization.TinyVocabulary;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class TokenDecoderTests
{
    private const int FirstByte = 5;

    // Ids 3 and 4 are "a" and " b"; byte b is id 5 + b.
    private static readonly Tokenizer s_tokenizer =
        TokenizerOf(Spm([("a", Normal), ("▁b", Normal), .. Enumerable.Range(0, 256).Select(value => ($"<0x{value:X2}>", SingleByte))]));

    [Test]
    public void HoldsACharacterBackUntilItIsWhole()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        byte[] emoji = Encoding.UTF8.GetBytes("😀");
        Assert.That(decoder.Decode(3), Is.EqualTo("a"));
        Assert.That(emoji.Select(value => decoder.Decode(FirstByte + value)), Is.EqualTo(new[] { "", "", "", "😀" }));
        Assert.That(decoder.Decode(4), Is.EqualTo(" b"));
        Assert.That(decoder.Flush(), Is.Empty);
    }

    [Test]
    public void GivesWhatIsHeldBackAtTheEnd()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        decoder.Decode(FirstByte + 0xE2);
        decoder.Decode(FirstByte + 0x82);
        Assert.That(decoder.Flush(), Is.EqualTo("\uFFFD"));
        Assert.That(decoder.Flush(), Is.Empty);
    }

    [Test]
    public void ReplacesBytesThatAreNoCharacter()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        Assert.That(decoder.Decode(FirstByte + 0xFF), Is.EqualTo("\uFFFD"));
        Assert.That(decoder.Decode(FirstByte + 0xE2), Is.Empty);
        Assert.That(decoder.Decode(3), Is.EqualTo("\uFFFDa"));
    }

    [Test]
    public void LeavesControlTokensOutUnlessAsked()
    {
        Assert.That(new TokenDecoder(s_tokenizer).Decode(2), Is.Empty);
        Assert.That(new TokenDecoder(s_tokenizer, special: true).Decode(2), Is.EqualTo("</s>"));
    }

    [Test]
    public void ForgetsWhatIsHeldBackOnReset()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        decoder.Decode(FirstByte + 0xE2);
        decoder.Reset();
        Assert.That(decoder.Decode(3), Is.EqualTo("a"));
    }

    [Test]
    public void GivesForAnyBytesWhatDecodingThemAtOnceGives()
    {
        var random = new Random(11);
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. Enumerable.Range(0, 40).Select(_ => (byte)(random.Next(2) == 0 ? random.Next(0x80, 0x100) : "aé€😀"u8[random.Next(10)]))];
            var decoder = new TokenDecoder(s_tokenizer);
            string text = string.Concat(bytes.Select(value => decoder.Decode(FirstByte + value))) + decoder.Flush();
            Assert.That(text, Is.EqualTo(Encoding.UTF8.GetString(bytes)), () => $"seed 11, round {round}");
        }
    }

    [Test]
    public void AllocatesNothing()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        var destination = new byte[decoder.MaxBytes];
        int[] ids = [3, 4, FirstByte + 0xE2, FirstByte + 0x82, FirstByte + 0xAC, FirstByte + 0xFF];
        int written = 0;
        void Decode()
        {
            foreach (int id in ids)
                written += decoder.Decode(id, destination);
            written += decoder.Flush(destination);
        }
        Decode();
        Assert.That(Allocations.LeastOf(Decode), Is.Zero);
        Assert.That(written, Is.EqualTo((1 + Allocations.Tries) * "a b€\uFFFD"u8.Length));
    }

    [Test]
    public void RejectsABufferThatMayBeTooShort()
    {
        var decoder = new TokenDecoder(s_tokenizer);
        Assert.That(() => decoder.Decode(3, new byte[decoder.MaxBytes - 1]), Throws.ArgumentException);
        Assert.That(() => decoder.Flush([]), Throws.ArgumentException);
    }
}
