using System.Text;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class ByteStringMapTests
{
    [Test]
    public void NumbersTextsInTheOrderTheyCome()
    {
        var map = new ByteStringMap(1);
        for (int i = 0; i < 5000; i++)
            Assert.That(map.Add(Encoding.UTF8.GetBytes($"text {i}")), Is.EqualTo(i));
        Assert.That(map.Add("text 17"u8), Is.EqualTo(17));
        Assert.That(map.Find("text 4999"u8), Is.EqualTo(4999));
        Assert.That(map.Find("text 5000"u8), Is.EqualTo(-1));
        Assert.That(map[17].SequenceEqual("text 17"u8), Is.True);
        Assert.That(map.Count, Is.EqualTo(5000));
    }

    [Test]
    public void SkipsNumbersForTextsWithoutName()
    {
        var map = new ByteStringMap(1);
        for (int i = 0; i < 100; i++)
        {
            map.AddNameless();
            Assert.That(map.Add([(byte)i]), Is.EqualTo(2 * i + 1));
        }
        Assert.That(map.Find([50]), Is.EqualTo(101));
    }
}
