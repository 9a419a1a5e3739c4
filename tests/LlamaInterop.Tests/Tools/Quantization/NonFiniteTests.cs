using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class NonFiniteTests
{
    [Test]
    public void FindsInfinitiesAndNaNsOfEitherSign([Values] bool isLast)
    {
        foreach (float bad in new[] { float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            float[] values = [.. Enumerable.Repeat(1f, 100)];
            values[isLast ? 99 : 3] = bad;
            Assert.That(NonFinite.IsIn(GgufTensorType.F32, MemoryMarshal.AsBytes(values.AsSpan())));
            Assert.That(NonFinite.IsIn(GgufTensorType.F16, MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (Half)v).AsSpan())));
            Assert.That(NonFinite.IsIn(GgufTensorType.BF16, MemoryMarshal.AsBytes(Array.ConvertAll(values, v => (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)).AsSpan())));
        }
    }

    [Test]
    public void LetsTheLargestPass()
    {
        float[] singles = [float.MaxValue, float.MinValue, 0, -0f, float.Epsilon];
        Half[] halves = [Half.MaxValue, Half.MinValue, (Half)0, Half.Epsilon];
        Assert.That(NonFinite.IsIn(GgufTensorType.F32, MemoryMarshal.AsBytes(singles.AsSpan())), Is.False);
        Assert.That(NonFinite.IsIn(GgufTensorType.F16, MemoryMarshal.AsBytes(halves.AsSpan())), Is.False);
        Assert.That(NonFinite.IsIn(GgufTensorType.BF16, [0x7F, 0x7F, 0x7F, 0xFF]), Is.False);
        Assert.That(NonFinite.IsIn(GgufTensorType.Q8_0, [.. Enumerable.Repeat((byte)0xFF, 34)]), Is.False, "blocks are the encoder's affair");
    }
}
