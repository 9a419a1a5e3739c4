using System.Collections.Immutable;
using LlamaInterop.Import;
using LlamaInterop.Import.Derived;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tests.Import.Derived;

/// <summary>Each change of a tensor against the same by index arithmetic on an array, read whole and in pieces.</summary>
internal sealed class TensorChangesTests
{
    [Test]
    public void PermutesHeads()
    {
        const int heads = 2, half = 3, width = 5;
        float[] expected = [.. from h in Enumerable.Range(0, heads) from i in Enumerable.Range(0, half) from side in Enumerable.Range(0, 2)
                               from x in Enumerable.Range(0, width) select (float)((((h * 2 * half) + (side * half) + i) * width) + x)];
        Check([12, 5], TensorChange.PermuteHeads(heads), [12, 5], expected);
    }

    [Test]
    public void PermutesTheHeadsOfAVector() => Check([8], TensorChange.PermuteHeads(2), [8], [0, 2, 1, 3, 4, 6, 5, 7]);

    [Test]
    public void Transposes() => Check([2, 3], TensorChange.Transpose, [3, 2], [0, 3, 1, 4, 2, 5]);

    [Test]
    public void TransposesNoVector() => Check([4], TensorChange.Transpose, [4], [0, 1, 2, 3]);

    [Test]
    public void ReordersWithinRows() => Check([2, 4], new ReorderedAxis(1, [2, 2, -1], [1, 0, 2]), [2, 4], [0, 2, 1, 3, 4, 6, 5, 7]);

    [Test]
    public void ReordersAMiddleAxis() => Check([2, 4, 1], new ReorderedAxis(1, [2, 2], [1, 0]), [2, 4, 1], [0, 2, 1, 3, 4, 6, 5, 7]);

    [Test]
    public void DividesRowsByTheirLengths() =>
        Check([2, 2], TensorChange.NormalizeRows, [2, 2], [0, 1, (float)(2 / Math.Sqrt(13)), (float)(3 / Math.Sqrt(13))]);

    [Test]
    public void MultipliesStretchesOfRows() => Check([4, 2], new ScaledRows((1, 2), (-1, 3), (1, 0.5f)), [4, 2], [0, 2, 6, 9, 12, 15, 3, 3.5f]);

    [Test]
    public void KeepsRows() => Check([4, 3], TensorChange.Rows(1, 2), [2, 3], [3, 4, 5, 6, 7, 8]);

    [Test]
    public void KeepsRowsOfGroups() => Check([6, 2], TensorChange.Rows(1, 2, groups: 2), [4, 2], [2, 3, 4, 5, 8, 9, 10, 11]);

    [Test]
    public void CutsAMiddleAxis() => Check([2, 4, 2], new SlicedAxis(1, 2, 2), [2, 2, 2], [4, 5, 6, 7, 12, 13, 14, 15]);

    [Test]
    public void CutsColumns() => Check([2, 3], new SlicedAxis(1, 1, 2), [2, 2], [1, 2, 4, 5]);

    [Test]
    public void CutsAVector() => Check([5], new SlicedAxis(0, 1, 3), [3], [1, 2, 3]);

    [Test]
    public void Reshapes()
    {
        Check([3, 1, 4], new NewShape(-1, 4), [3, 4], [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Check([4], new NewShape(-1, 1), [4, 1], [0, 1, 2, 3]);
        Check([4], new NewShape(2, -1), [2, 2], [0, 1, 2, 3]);
        Check([2, 3], new NewShape(6), [6], [0, 1, 2, 3, 4, 5]);
    }

    [Test]
    public void MapsElements()
    {
        Check([3], TensorChange.AddOne, [3], [1, 2, 3]);
        Check([3], TensorChange.NegativeExp, [3], [-1, -MathF.E, -MathF.Exp(2)]);
    }

    [Test]
    public void RoundsToThreeValues() => Check([1, 5], TensorChange.Ternary, [1, 5], [0, 0, 2, 2, 2]);

    [Test]
    public void LeavesVectorsAsTheyAre() => Check([5], TensorChange.Ternary, [5], [0, 1, 2, 3, 4]);

    [Test]
    public void CarriesOutOneAfterTheOther()
    {
        SourceTensor tensor = Apply(new PlannedTensor("x", [new PlannedPart(["t"], false, [TensorChange.Transpose, TensorChange.Rows(1, 2)])], [TensorChange.AddOne]), ("t", [2, 3]));
        Assert.That((tensor.Shape.ToArray(), ReadAll(tensor, 1)), Is.EqualTo((new long[] { 2, 2 }, new float[] { 2, 5, 3, 6 })));
    }

    [Test]
    public void StacksAndJoins([Values(1, 2, 5)] int rows)
    {
        SourceTensor stacked = Apply(new PlannedTensor("x", [new PlannedPart(["a", "b"], true, [])], []), ("a", [2, 2]), ("b", [2, 2]));
        Assert.That((stacked.Shape.ToArray(), ReadAll(stacked, rows)), Is.EqualTo((new long[] { 2, 2, 2 }, new float[] { 0, 1, 2, 3, 0, 1, 2, 3 })));
        SourceTensor joined = Apply(new PlannedTensor("x", [new PlannedPart(["a"], false, []), new PlannedPart(["c"], false, [])], []), ("a", [2, 2]), ("c", [3, 2]));
        Assert.That((joined.Shape.ToArray(), ReadAll(joined, rows)), Is.EqualTo((new long[] { 5, 2 }, new float[] { 0, 1, 2, 3, 0, 1, 2, 3, 4, 5 })));
        SourceTensor vectors = Apply(new PlannedTensor("x", [new PlannedPart(["v"], false, []), new PlannedPart(["w"], false, [])], []), ("v", [2]), ("w", [3]));
        Assert.That((vectors.Shape.ToArray(), ReadAll(vectors, rows)), Is.EqualTo((new long[] { 5 }, new float[] { 0, 1, 0, 1, 2 })));
    }

    private static readonly (string What, long[] Shape, TensorChange Change)[] Impossible =
    [
        ("an axis that is not there", [4], new SlicedAxis(1, 0, 1)),
        ("heads that do not divide the rows", [10, 2], TensorChange.PermuteHeads(4)),
        ("rows past the end", [4, 2], TensorChange.Rows(3, 2)),
        ("no rows", [4, 2], TensorChange.Rows(0, 0)),
        ("groups that do not divide the rows", [4, 2], TensorChange.Rows(0, 1, groups: 3)),
        ("another number of elements", [5], new NewShape(2, -1)),
        ("a factor of 0", [4, 2], new ReorderedAxis(0, [0, -1], [1, 0])),
        ("three axes of two", [2, 2], new SwappedAxes(0, 2)),
    ];

    [TestCaseSource(nameof(Impossible))]
    public void RefusesWhatCannotBeDone((string What, long[] Shape, TensorChange Change) impossible) => Assert.That(
        () => Apply(new PlannedTensor("x", [new PlannedPart(["t"], false, [impossible.Change])], []), ("t", impossible.Shape)),
        Throws.InstanceOf<ImportException>().With.Property("Check").EqualTo(ImportCheck.Shape).And.Message.StartsWith("memory: tensor 't' ["), impossible.What);

    [Test]
    public void RefusesToJoinOtherWidths() => Assert.That(
        () => Apply(new PlannedTensor("x", [new PlannedPart(["a", "b"], true, [])], []), ("a", [2, 2]), ("b", [2, 3])),
        Throws.InstanceOf<ImportException>().With.Message.Contains("'a' [1, 2, 2] and 'b' [1, 2, 3]"));

    [Test]
    public void RefusesTensorsWithoutElements() => Assert.That(
        () => Apply(new PlannedTensor("x", [new PlannedPart(["t"], false, [])], []), ("t", [0, 3])), Throws.InstanceOf<ImportException>().With.Message.Contains("has no elements"));

    private static void Check(long[] shape, TensorChange change, long[] expectedShape, float[] expected)
    {
        SourceTensor tensor = Apply(new PlannedTensor("x", [new PlannedPart(["t"], false, [])], [change]), ("t", shape));
        Assert.That(tensor.Shape, Is.EqualTo(expectedShape));
        for (int rows = 1; rows <= tensor.RowCount; rows++)
            Assert.That(ReadAll(tensor, rows), Is.EqualTo(expected).Within(1e-6f), $"{rows} rows at a time");
    }

    private static float[] ReadAll(SourceTensor tensor, int rowsAtATime)
    {
        var read = new List<float>();
        for (long row = 0; row < tensor.RowCount; row += rowsAtATime)
        {
            float[] rows = new float[Math.Min(rowsAtATime, tensor.RowCount - row) * tensor.RowLength];
            tensor.ReadRows(row, rows);
            read.AddRange(rows);
        }
        return [.. read];
    }

    private static SourceTensor Apply(PlannedTensor planned, params (string Name, long[] Shape)[] tensors) =>
        new TensorChanges(new CountingCheckpoint(tensors)).Apply(planned);

    /// <summary>Tensors whose elements are their own numbers: 0, 1, 2.</summary>
    private sealed class CountingCheckpoint((string Name, long[] Shape)[] tensors) : Checkpoint
    {
        public override string Path => "memory";

        public override IReadOnlyList<SourceTensor> Tensors { get; } = [.. tensors.Select(tensor => new CountingTensor(tensor.Name, [.. tensor.Shape]))];

        public override void Dispose()
        {
        }
    }

    private sealed class CountingTensor(string name, ImmutableArray<long> shape) : SourceTensor(name, SourceType.F32, shape)
    {
        public override void ReadRows(long first, Span<float> destination)
        {
            Assert.That(destination.Length % RowLength, Is.Zero, "whole rows");
            Assert.That((first * RowLength) + destination.Length, Is.LessThanOrEqualTo(ElementCount), "inside");
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (first * RowLength) + i;
        }
    }
}
