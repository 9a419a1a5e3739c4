using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Quantization;

internal sealed class SlabSizesTests
{
    private static QuantizedTensor Tensor(GgufTensorType from, GgufTensorType to, params long[] dimensions) =>
        new("t", new GgufTensorInfo("t", from, dimensions, partIndex: 0, fileOffset: 0), to, IsFallback: false, LacksImportance: false);

    [TestCase(256, 1000, 3)]
    [TestCase(4096, 65, 1)]
    [TestCase(1 << 20, 3, 2)]
    [TestCase(32, 1, 1)]
    public void PartsCoverTheTensorInOrder(long width, long rows, long matrices)
    {
        QuantizedTensor tensor = Tensor(GgufTensorType.F16, GgufTensorType.Q8_0, width, rows, matrices);
        SlabPart[] parts = [.. SlabSizes.PartsOf(tensor)];
        Assert.That(parts.Sum(part => (long)part.SourceLength), Is.EqualTo(tensor.Source.ByteLength));
        Assert.That(parts.Sum(part => (long)part.TargetLength), Is.EqualTo(tensor.ByteLength));
        long row = 0;
        foreach (SlabPart part in parts)
        {
            Assert.That((part.FirstRow, part.SourceOffset), Is.EqualTo((row, row * width * 2)));
            Assert.That(part.SourceLength, Is.LessThanOrEqualTo(parts[0].SourceLength), "the first is the largest");
            row += part.Rows;
        }
        Assert.That(row, Is.EqualTo(rows * matrices));
    }

    [TestCase(1, 4096)]
    [TestCase(64, 4096)]
    [TestCase(256, 4096)]
    [TestCase(64, 1 << 20)]
    public void BuffersStayBelow200Megabytes(int threads, long width)
    {
        var sizes = new SlabSizes([Tensor(GgufTensorType.F16, GgufTensorType.F32, width), Tensor(GgufTensorType.F32, GgufTensorType.Q8_0, width, 100_000)], threads);
        Assert.That(sizes.Count, Is.GreaterThanOrEqualTo(3).And.LessThanOrEqualTo(2 + (2 * threads)));
        Assert.That((long)sizes.Count * (sizes.SourceBytes + sizes.TargetBytes), Is.LessThan(120_000_000));
    }
}
