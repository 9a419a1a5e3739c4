using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class BlockSizeTests
{
    [TestCase(nameof(LkType.F32), 1, 4)]
    [TestCase(nameof(LkType.BF16), 1, 2)]
    [TestCase(nameof(LkType.Q4_0), 32, 18)]
    [TestCase(nameof(LkType.Q6_K), 256, 210)]
    [TestCase(nameof(LkType.A8), 256, 320)]
    public void IsThatOfTheHeader(string type, int length, int bytes) =>
        Assert.That(BlockSize.Of(Enum.Parse<LkType>(type)), Is.EqualTo(new BlockSize(length, bytes)));

    [Test]
    public void ExistsForEveryType()
    {
        foreach (var type in Enum.GetValues<LkType>())
            Assert.That(BlockSize.Of(type).Bytes, Is.Positive, type.ToString());
    }

    [Test]
    public void RefusesAnUnknownType() => Assert.That(() => BlockSize.Of((LkType)4), Throws.TypeOf<ArgumentOutOfRangeException>());
}
