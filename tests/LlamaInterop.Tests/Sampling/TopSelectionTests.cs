using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TopSelectionTests
{
    [Test]
    public void AgreesWithASort([Values(0, 1, 31, 33, 1000)] int length, [Values(0, 1, 7, 500, 1000)] int count, [Values] bool repeated)
    {
        int seed = (10 * length) + count;
        var random = new Random(seed);
        ulong[] keys = [.. Enumerable.Range(0, length).Select(_ => (ulong)random.NextInt64(repeated ? 5 : long.MaxValue))];
        ulong[] expected = [.. keys.OrderDescending()];
        ulong[] sorted = [.. keys];
        TopSelection.SortTop(sorted, count);
        int top = Math.Min(count, length);
        Assert.That(sorted[..top], Is.EqualTo(expected[..top]), $"seed {seed}");
        Assert.That(sorted.OrderDescending(), Is.EqualTo(expected), "nothing is lost");
    }

    [Test]
    public void TakesRowsThatAreBadForQuickselect()
    {
        // An organ pipe, rising, falling: the first splits are as uneven as median-of-three lets them be.
        const int Length = 200_000;
        foreach (Func<int, ulong> row in new Func<int, ulong>[] { i => (ulong)Math.Min(i, Length - i), i => (ulong)i, i => (ulong)(Length - i), _ => 7 })
        {
            ulong[] keys = [.. Enumerable.Range(0, Length).Select(row)];
            ulong[] expected = [.. keys.OrderDescending().Take(100)];
            TopSelection.SortTop(keys, 100);
            Assert.That(keys[..100], Is.EqualTo(expected));
        }
    }
}
