using System.Runtime.InteropServices;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

internal sealed class RandomBitsTests
{
    // The outputs that implementations of SplitMix64 publish for this seed.
    private static readonly ulong[] s_ofSeed1234567 = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431];

    [Test]
    public void IsSplitMix64()
    {
        ulong[] words = new ulong[4];
        new RandomBits(1234567).Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        Assert.That(words, Is.EqualTo(s_ofSeed1234567));
    }

    [Test]
    public void FillsTheLastBytesFromAWordOfTheirOwn()
    {
        byte[] bytes = new byte[11];
        new RandomBits(1234567).Fill(bytes);
        Assert.That(bytes[8..], Is.EqualTo(BitConverter.GetBytes(s_ofSeed1234567[1])[..3]));
    }
}
