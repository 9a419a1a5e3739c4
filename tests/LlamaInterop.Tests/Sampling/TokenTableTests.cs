using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class TokenTableTests
{
    [Test]
    public void AgreesWithADictionary([Values(1, 3, 64)] int capacity, [Values(4, 100, 1_000_000)] int tokens)
    {
        int seed = capacity + tokens;
        var random = new Random(seed);
        var table = new TokenTable(capacity);
        var expected = new Dictionary<int, int>();
        for (int step = 0; step < 20_000; step++)
        {
            int token = expected.Count == capacity ? expected.Keys.ElementAt(random.Next(capacity)) : random.Next(tokens);
            int value = random.Next(3);
            table[token] = value;
            expected.Remove(token);
            if (value != 0)
                expected[token] = value;
            int probe = random.Next(tokens);
            Assert.That(table[probe], Is.EqualTo(expected.GetValueOrDefault(probe)), $"seed {seed}, step {step}");
        }
        var entries = Enumerable.Range(0, table.Slots).Select(table.EntryAt).Where(entry => entry.Value != 0);
        Assert.That(entries.ToDictionary(e => e.Token, e => e.Value), Is.EquivalentTo(expected));
    }
}
