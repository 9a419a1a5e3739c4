using System.Runtime.InteropServices;
using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class KernelsTests
{
    [Test]
    public void CountsAtLeastOneCore() => Assert.That(Kernels.CoreCount, Is.InRange(1, Environment.ProcessorCount));

    [Test]
    public void ExpandsBlocks()
    {
        float[] values = [1.5f, -2f, 0f, 7f];
        var expanded = new float[4];
        Kernels.Dequantize(LkType.F32, MemoryMarshal.AsBytes<float>(values), expanded);
        Assert.That(expanded, Is.EqualTo(values));
    }

    [TestCase(nameof(LkType.Q4_K), 144, 255)]
    [TestCase(nameof(LkType.Q4_K), 143, 256)]
    [TestCase(nameof(LkType.Q4_K), 288, 256)]
    [TestCase(nameof(LkType.F16), 3, 1)]
    public void RefusesLengthsThatDoNotBelongTogether(string type, int bytes, int elements) => Assert.That(
        () => Kernels.Dequantize(Enum.Parse<LkType>(type), new byte[bytes], new float[elements]), Throws.ArgumentException);

    [Test]
    public void RefusesAnUnknownType() =>
        Assert.That(() => Kernels.Dequantize((LkType)12345, [], []), Throws.TypeOf<ArgumentOutOfRangeException>());
}
