using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Gguf;

internal sealed class GgufTensorTypesTests
{
    [Test]
    public void KnowsEveryTypeOfTheEnum() =>
        Assert.That(GgufTensorTypes.All, Is.EqualTo(Enum.GetValues<GgufTensorType>()));

    [Test]
    public void RefusesNumbersThatAreWithdrawnOrUnknown()
    {
        uint[] unknown = [4, 5, 31, 32, 33, 36, 37, 38, 43, 1000, uint.MaxValue];
        foreach (uint number in unknown)
            Assert.That(GgufTensorTypes.TryGet(number, out _), Is.False, $"{number}");
        Assert.That(() => GgufTensorTypes.BlockBytes((GgufTensorType)4), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => GgufTensorTypes.BlockLength((GgufTensorType)(-1)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    /// <summary>Bits per weight as the quantizers' authors state them.</summary>
    [TestCase(GgufTensorType.Q4_0, 4.5), TestCase(GgufTensorType.Q8_0, 8.5), TestCase(GgufTensorType.Q2_K, 2.625), TestCase(GgufTensorType.Q3_K, 3.4375)]
    [TestCase(GgufTensorType.Q4_K, 4.5), TestCase(GgufTensorType.Q5_K, 5.5), TestCase(GgufTensorType.Q6_K, 6.5625), TestCase(GgufTensorType.IQ1_S, 1.5625)]
    [TestCase(GgufTensorType.IQ1_M, 1.75), TestCase(GgufTensorType.IQ2_XXS, 2.0625), TestCase(GgufTensorType.IQ2_XS, 2.3125), TestCase(GgufTensorType.IQ3_XXS, 3.0625)]
    [TestCase(GgufTensorType.IQ4_XS, 4.25), TestCase(GgufTensorType.TQ1_0, 1.6875), TestCase(GgufTensorType.TQ2_0, 2.0625), TestCase(GgufTensorType.MXFP4, 4.25)]
    public void HasTheBitsPerWeightOfItsType(GgufTensorType type, double bits) =>
        Assert.That(GgufTensorTypes.BlockBytes(type) * 8.0 / GgufTensorTypes.BlockLength(type), Is.EqualTo(bits));

    [TestCase("q4_K", GgufTensorType.Q4_K), TestCase("F16", GgufTensorType.F16), TestCase("mxfp4", GgufTensorType.MXFP4)]
    public void ReadsNamesInAnyCase(string name, GgufTensorType type)
    {
        Assert.That(GgufTensorTypes.TryParse(name, out var parsed));
        Assert.That(parsed, Is.EqualTo(type));
    }

    [TestCase(""), TestCase(null), TestCase("12"), TestCase("Q4"), TestCase("F32, F16")]
    public void RefusesOtherNames(string? name) => Assert.That(GgufTensorTypes.TryParse(name, out _), Is.False);

    [Test]
    public void CountsBytesOfWholeBlocks()
    {
        Assert.That(GgufTensorTypes.ByteLength(GgufTensorType.Q4_0, 64), Is.EqualTo(36));
        Assert.That(() => GgufTensorTypes.ByteLength(GgufTensorType.Q4_0, 33), Throws.ArgumentException);
        Assert.That(() => GgufTensorTypes.ByteLength(GgufTensorType.F32, -1), Throws.ArgumentException);
        Assert.That(() => GgufTensorTypes.ByteLength(GgufTensorType.F64, long.MaxValue), Throws.InstanceOf<OverflowException>());
    }

    /// <summary>
    /// In files that other programs wrote, tensors follow one another: where a tensor ends, padded, the next begins. So the
    /// sizes in the table are those of the writers.
    /// </summary>
    [Test, NeedsSharedData]
    public void AgreesWithTheOffsetsThatOtherProgramsWrote()
    {
        var seen = new HashSet<GgufTensorType>();
        foreach (string path in Directory.EnumerateFiles(SharedData.PathOf("models"), "*.gguf", SearchOption.AllDirectories))
        {
            if (path.Contains("-of-"))
                continue;
            using var file = GgufFile.Open(path);
            var tensors = file.Tensors.OrderBy(tensor => tensor.FileOffset).ToArray();
            foreach (var (tensor, next) in tensors.Zip(tensors.Skip(1)))
            {
                long end = (tensor.FileOffset + tensor.ByteLength + file.Alignment - 1) / file.Alignment * file.Alignment;
                Assert.That(next.FileOffset, Is.EqualTo(end), $"{path}: {tensor}");
                seen.Add(tensor.Type);
            }
        }
        TestContext.Out.WriteLine($"{seen.Count} types: {string.Join(' ', seen.Order())}");
        Assert.That(seen, Has.Count.GreaterThanOrEqualTo(20));
    }
}
