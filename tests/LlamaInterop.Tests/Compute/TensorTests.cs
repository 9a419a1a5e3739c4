using LlamaInterop.Compute;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Compute;

internal sealed class TensorTests
{
    [TestCase(LkType.F32, 100, ExpectedResult = 400)]
    [TestCase(LkType.F16, 7, ExpectedResult = 14)]
    [TestCase(LkType.Q4_0, 64, ExpectedResult = 36)]
    [TestCase(LkType.Q4_K, 512, ExpectedResult = 288)]
    [TestCase(LkType.A8, 1, ExpectedResult = 320)]
    [TestCase(LkType.A8, 256, ExpectedResult = 320)]
    [TestCase(LkType.A8, 257, ExpectedResult = 640)]
    public long RowIsAWholeNumberOfBlocks(LkType type, long elements) => type.RowBytes(elements);

    [Test]
    public void StridesArePacked()
    {
        var cache = new Tensor("cache", TensorKind.Cache, LkType.F16, [10, 64, 3, 5]);
        Assert.That(Enumerable.Range(0, 4).Select(cache.Stride), Is.EqualTo(new long[] { 2, 20, 20 * 64, 20 * 64 * 3 }));
        Assert.That(cache.ByteLength, Is.EqualTo(20 * 64 * 3 * 5));
        Assert.That(Weight("w", LkType.Q8_0, 64, 3).Stride(0), Is.EqualTo(34), "a block");
    }

    [Test]
    public void SizesBeyondAnIntAreCounted() =>
        Assert.That(Weight("w", LkType.Q4_0, 1 << 20, 1 << 20).ByteLength, Is.EqualTo(18L << 35));

    [TestCase(LkType.Q4_K, ExpectedResult = "w q4_K[256, 2]")]
    [TestCase(LkType.IQ4_NL, ExpectedResult = "w iq4_nl[256, 2]")]
    [TestCase(LkType.F32, ExpectedResult = "w f32[256, 2]")]
    public string ShowsNameTypeAndShape(LkType type) => Weight("w", type, 256, 2).ToString();
}
