using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

internal sealed class RepeatableMathTests
{
    [Test]
    public void ExpIsWithinAFewUnitsOfThePlatforms()
    {
        for (double x = -700; x < 700; x += 0.0371)
            Assert.That(RepeatableMath.Exp(x) / Math.Exp(x), Is.EqualTo(1).Within(1e-15), $"{x}");
    }

    [Test]
    public void LogIsWithinAFewUnitsOfThePlatforms()
    {
        for (double x = 1e-320; x < 1e300; x *= 1.0137)
            Assert.That(RepeatableMath.Log(x), Is.EqualTo(Math.Log(x)).Within(1e-15 * Math.Max(1, Math.Abs(Math.Log(x)))), $"{x}");
    }

    [Test]
    public void LogIsExactNearOne()
    {
        foreach (double delta in new[] { 1e-3, -1e-3, 1e-9, -1e-9, 1e-15 })
            Assert.That(RepeatableMath.Log(1 + delta) / Math.Log(1 + delta), Is.EqualTo(1).Within(2e-15), $"{delta}");
        Assert.That(RepeatableMath.Log(1), Is.Zero);
        Assert.That(RepeatableMath.Exp(0), Is.EqualTo(1));
    }

    [Test]
    public void EdgesAreThoseOfIeee()
    {
        Assert.That(RepeatableMath.Exp(double.NegativeInfinity), Is.Zero);
        Assert.That(RepeatableMath.Exp(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
        Assert.That(RepeatableMath.Exp(double.NaN), Is.NaN);
        Assert.That(RepeatableMath.Log(0), Is.EqualTo(double.NegativeInfinity));
        Assert.That(RepeatableMath.Log(-1), Is.NaN);
        Assert.That(RepeatableMath.Log(double.PositiveInfinity), Is.EqualTo(double.PositiveInfinity));
        Assert.That(RepeatableMath.Pow(0, 0), Is.EqualTo(1));
        Assert.That(RepeatableMath.Pow(0, 2), Is.Zero);
        Assert.That(RepeatableMath.Pow(2, 10), Is.EqualTo(1024).Within(1e-11));
    }

    [Test]
    public void BitsAreTheSameEverywhere()
    {
        // Recorded once: a platform whose arithmetic differs fails here.
        ulong hash = 14695981039346656037;
        for (int i = 1; i <= 10_000; i++)
        {
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(RepeatableMath.Exp(i * -0.01))) * 1099511628211;
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(RepeatableMath.Log(i * 0.37))) * 1099511628211;
        }
        Assert.That(hash, Is.EqualTo(16202819983454281736));
    }
}
