using LlamaInterop.Inference;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Inference;

/// <summary>What threads take at a time when weights are moved.</summary>
internal sealed class WeightSliceTests
{
    private const int GroupBytes = 16 * 4096 * 4;

    [Test]
    public void CoverEveryWeightInOrder([Values] LkLayout layout, [Values(1, 16, 31, 1000)] int rows, [Values(1, 3)] int planes)
    {
        WeightMove[] moves = [new(Weight("a", LkType.F32, 4096, rows, planes), layout, 0), new(Weight("b", LkType.F32, 4096, 7), layout, 1 << 30)];
        List<WeightSlice> slices = WeightSlice.Cut(moves);
        foreach (WeightMove move in moves)
        {
            long at = 0;
            foreach (WeightSlice slice in slices.Where(slice => slice.Move == move))
            {
                Assert.That(slice.First, Is.EqualTo(at));
                at += slice.Bytes;
            }
            Assert.That(at, Is.EqualTo(move.Weight.ByteLength));
        }
        Assert.That(slices.Select(slice => slice.Move).Distinct(), Is.EqualTo(moves));
        Assert.That(slices.Select(slice => slice.Bytes), Is.All.InRange(1, 2 << 20));
    }

    [Test]
    public void PanelsAreCutBetweenGroupsOfEachMatrix()
    {
        const long Rows = 1001;
        var move = new WeightMove(Weight("w", LkType.F32, 4096, Rows, 2), LkLayout.PANELS, 0);
        long matrix = Rows * 4096 * sizeof(float);
        Assert.That(WeightSlice.Cut([move]).Select(slice => slice.First % matrix % GroupBytes), Is.All.Zero);
        Assert.That(WeightSlice.Cut([move]).Select(slice => slice.First), Does.Contain(matrix));
    }

    [Test]
    public void MatricesOfWholeGroupsAreTakenTogether()
    {
        var move = new WeightMove(Weight("experts", LkType.F32, 16, 16, 1000), LkLayout.PANELS, 0);
        Assert.That(WeightSlice.Cut([move]), Has.Count.EqualTo(1));
    }

    [Test]
    public void GroupThatIsLargerThanASliceIsOne()
    {
        var move = new WeightMove(Weight("wide", LkType.F32, 1 << 20, 40), LkLayout.PANELS, 0);
        Assert.That(WeightSlice.Cut([move]).Select(slice => slice.Bytes >> 22), Is.EqualTo(new[] { 16, 16, 8 }));
    }
}
