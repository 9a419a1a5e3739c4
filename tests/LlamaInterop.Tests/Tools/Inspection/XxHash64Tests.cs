using System.Text;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools;

/// <summary>Against the values that the xxHash tools print.</summary>
internal sealed class XxHash64Tests
{
    [TestCase("", 0xEF46DB3751D8E999)]
    [TestCase("a", 0xD24EC4F1A98C6E5B)]
    [TestCase("abc", 0x44BC2CF5AD770999UL)]
    [TestCase("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void HashesTexts(string text, ulong expected) => Assert.That(Hash(Encoding.ASCII.GetBytes(text), int.MaxValue), Is.EqualTo(expected));

    [Test]
    public void PartsMakeTheWhole([Values(1, 3, 31, 32, 33, 64)] int part)
    {
        byte[] data = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];
        Assert.That(Hash(data, part), Is.EqualTo(Hash(data, int.MaxValue)));
    }

    private static ulong Hash(byte[] data, int part)
    {
        var hash = new XxHash64();
        for (int i = 0; i < data.Length; i += Math.Min(part, data.Length - i))
            hash.Append(data.AsSpan(i, Math.Min(part, data.Length - i)));
        return hash.Finish();
    }
}
