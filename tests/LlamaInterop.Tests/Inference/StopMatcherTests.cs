using System.Text;
using LlamaInterop.Inference;

namespace LlamaInterop.Tests.Inference;

internal sealed class StopMatcherTests
{
    [TestCase("hello END more", "END", "hello ")]
    [TestCase("END", "END", "")]
    [TestCase("aaab", "aab", "a")]
    [TestCase("ababac", "abac", "ab")]
    [TestCase("say abcd", "abcd|bc", "say a")]
    [TestCase("say abc", "bc|abc", "say ")]
    [TestCase("größe", "ß", "grö")]
    [TestCase("no stop here", "END|", "no stop here")]
    [TestCase("half of EN", "END", "half of EN")]
    [TestCase("", "END", "")]
    public void GivesTheTextBeforeTheFirstStopHoweverItIsSplit(string text, string stops, string expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        for (int size = 1; size <= Math.Max(1, bytes.Length); size++)
            Assert.That(Feed(bytes, stops.Split('|'), size), Is.EqualTo(expected), $"in pieces of {size}");
    }

    [Test]
    public void HoldsBackOnlyWhatMayBecomeAStop()
    {
        var matcher = new StopMatcher(["stop"], longestPiece: 10);
        var safe = new byte[matcher.Capacity];
        Assert.That(matcher.Push("a st"u8, safe), Is.EqualTo((2, false)));
        Assert.That(matcher.Push("st"u8, safe), Is.EqualTo((2, false)));
        Assert.That(Encoding.UTF8.GetString(safe, 0, 2), Is.EqualTo("st"));
        Assert.That(matcher.Flush(safe), Is.EqualTo(2));
        Assert.That(matcher.Flush(safe), Is.Zero);
    }

    [Test]
    public void AgreesWithSearchingTheWholeText([Range(1, 5)] int seed)
    {
        var random = new Random(seed);
        string Letters(int count) => new([.. Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(2)))]);
        for (int round = 0; round < 200; round++)
        {
            string text = Letters(random.Next(30));
            string[] stops = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Letters(random.Next(1, 6)))];
            string expected = text;
            for (int end = text.Length; end > 0; end--)
            {
                if (stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length) is { } reached)
                    expected = text[..(end - reached.Length)];
            }
            Assert.That(Feed(Encoding.UTF8.GetBytes(text), stops, random.Next(1, 5)), Is.EqualTo(expected), $"seed {seed}: {text}, {string.Join(' ', stops)}");
        }
    }

    private static string Feed(byte[] text, string[] stops, int size)
    {
        var matcher = new StopMatcher(stops, size);
        var safe = new byte[matcher.Capacity];
        var result = new List<byte>();
        for (int start = 0; start < text.Length; start += size)
        {
            (int written, bool stopped) = matcher.Push(text.AsSpan(start, Math.Min(size, text.Length - start)), safe);
            result.AddRange(safe[..written]);
            if (stopped)
                return Encoding.UTF8.GetString([.. result]);
        }
        result.AddRange(safe[..matcher.Flush(safe)]);
        return Encoding.UTF8.GetString([.. result]);
    }
}
