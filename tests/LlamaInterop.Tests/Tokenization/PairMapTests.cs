using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Tokenization;

internal sealed class PairMapTests
{
    [Test]
    public void FindsWhatWasAddedFirst()
    {
        var map = new PairMap(1);
        for (int i = 0; i < 3000; i++)
            Assert.That(map.TryAdd(i, i * 7, i), Is.True);
        Assert.That(map.TryAdd(5, 35, 99), Is.False);
        Assert.That(map.Count, Is.EqualTo(3000));
        Assert.That(map.Find(5, 35), Is.EqualTo(5));
        Assert.That(map.Find(35, 5), Is.EqualTo(-1));
        Assert.That(map.Find(-1, 35), Is.EqualTo(-1));
        Assert.That(map.Find(5, -1), Is.EqualTo(-1));
    }
}
