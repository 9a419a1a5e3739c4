using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class DryBreakersTests
{
    private static int[][] Find(string[] pieces, params string[] breakers) =>
        [.. DryBreakers.FromText(breakers, pieces, text => [.. text.Select(c => Array.IndexOf(pieces, c.ToString()))])];

    [Test]
    public void FindsEveryTokenThatContainsTheBreaker() =>
        Assert.That(Find(["a", "\n", "a\n", "b"], "\n"), Is.EqualTo(new[] { new[] { 1 }, [2] }));

    [Test]
    public void FindsTokensThatEndInItsBeginning() =>
        // "xy" is in "xy"; "x" and "ax" end in its first letter, the rest is y.
        Assert.That(Find(["x", "y", "ax", "xy", "xa"], "xy"), Is.EqualTo(new[] { new[] { 0, 1 }, [2, 1], [3] }));

    [Test]
    public void NamesNoSequenceTwice() => Assert.That(Find([":", "a"], ":", ":", ""), Is.EqualTo(new[] { new[] { 0 } }));

    [Test]
    public void CutsLongBreakersOff()
    {
        // 40 of the 60 characters count: one head and at most 20 more.
        var found = Find(["x"], new string('x', 60));
        Assert.That(found, Has.Length.EqualTo(1));
        Assert.That(found[0], Has.Length.EqualTo(21));
    }
}
