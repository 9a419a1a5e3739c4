using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class Pcg32Tests
{
    [Test]
    public void GivesTheNumbersOfTheAuthorsDemonstration()
    {
        // pcg32-demo of the PCG library, seed 42, stream 54, round 1.
        var random = new Pcg32(42, 54);
        uint[] numbers = [random.Next(), random.Next(), random.Next(), random.Next(), random.Next(), random.Next()];
        Assert.That(numbers, Is.EqualTo(new uint[] { 0xa15c02b7, 0x7b47f409, 0xba1d3330, 0x83d2f293, 0xbfa4784b, 0xcbed606e }));
    }

    [Test]
    public void MakesUnitNumbersOfItsBits()
    {
        var random = new Pcg32(42, 54);
        // The first 53 of the bits a15c02b7 7b47f409.
        Assert.That(random.NextUnit(), Is.EqualTo((0xa15c02b77b47f409 >> 11) / 9007199254740992.0));
    }

    [Test]
    public void StreamsOfOneSeedDiffer() =>
        Assert.That(new Pcg32(1, 0).Next(), Is.Not.EqualTo(new Pcg32(1, 1).Next()));

    [Test]
    public void UnitNumbersFillTheirRangeEvenly()
    {
        var random = new Pcg32(7, 0);
        var counts = new int[100];
        for (int i = 0; i < 100_000; i++)
            counts[(int)(random.NextUnit() * 100)]++;
        double chiSquare = counts.Sum(count => (count - 1000.0) * (count - 1000) / 1000);
        // 99 degrees of freedom: exceeded with a probability of 0.001 at 148.2.
        Assert.That(chiSquare, Is.LessThan(148.2), "seed 7");
    }
}
