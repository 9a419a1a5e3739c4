using LlamaInterop.Native;

namespace LlamaInterop.Tests.Native;

internal sealed class AbiCheckTests
{
    private static readonly RecordLayout[] Layouts = RecordLayouts.All();
    private static readonly int Op = Array.FindIndex(Layouts, layout => layout.Name == "lk_op");

    [Test]
    public void FindsNothingInALibraryThatFits() =>
        Assert.That(AbiCheck.Differences(AbiCheck.Version, RecordSize, RecordOffset), Is.Empty);

    [Test]
    public void NamesAnotherVersionAndLooksNoFurther()
    {
        var differences = AbiCheck.Differences(AbiCheck.Version + 1, _ => throw new AssertionException("asked"), RecordOffset);
        Assert.That(differences, Is.EqualTo([$"ABI version {AbiCheck.Version + 1}, bound to {AbiCheck.Version}"]));
    }

    [Test]
    public void NamesARecordOfAnotherSize()
    {
        var differences = AbiCheck.Differences(AbiCheck.Version, record => RecordSize(record) + (record == Op ? 8 : 0), RecordOffset);
        Assert.That(differences, Is.EqualTo([$"lk_op has {Layouts[Op].Size + 8} bytes, bound with {Layouts[Op].Size}"]));
    }

    [Test]
    public void NamesAFieldAtAnotherOffset()
    {
        var differences = AbiCheck.Differences(
            AbiCheck.Version, RecordSize, (record, field) => RecordOffset(record, field) + (record == Op && field == 5 ? 4 : 0));
        Assert.That(differences, Is.EqualTo(["lk_op.src at 24, bound at 20"]));
    }

    [Test]
    public void NamesAFieldThatIsNotBound()
    {
        var last = Layouts[Op].Fields.Length;
        var differences = AbiCheck.Differences(
            AbiCheck.Version, RecordSize, (record, field) => record == Op && field == last ? 124 : RecordOffset(record, field));
        Assert.That(differences, Is.EqualTo([$"lk_op has more than the {last} fields that are bound"]));
    }

    [Test]
    public void NamesARecordThatIsNotBound()
    {
        var differences = AbiCheck.Differences(AbiCheck.Version, record => record == Layouts.Length ? 16 : RecordSize(record), RecordOffset);
        Assert.That(differences, Is.EqualTo([$"more than the {Layouts.Length} records that are bound"]));
    }

    private static int RecordSize(int record) => record < Layouts.Length ? Layouts[record].Size : -1;

    private static int RecordOffset(int record, int field) =>
        record < Layouts.Length && field < Layouts[record].Fields.Length ? Layouts[record].Fields[field].Offset : -1;
}
