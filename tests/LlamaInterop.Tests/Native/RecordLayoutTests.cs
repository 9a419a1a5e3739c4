using LlamaInterop.Native;
using Lk = LlamaInterop.Native.NativeMethods.__Internal;

namespace LlamaInterop.Tests.Native;

internal sealed class RecordLayoutTests
{
    private static RecordLayout[] HandWritten() => [TensorRecord.MeasureLayout(), OpRecord.MeasureLayout()];

    [Test]
    public void AgreesWithTheLibrary() =>
        Assert.That(AbiCheck.Differences(Lk.AbiVersion(), Lk.RecordSize, Lk.RecordOffset), Is.Empty);

    [Test]
    public void CoversEveryRecordOfTheLibrary()
    {
        var layouts = RecordLayouts.All();
        for (var record = 0; record < layouts.Length; record++)
            Assert.That(Lk.RecordSize(record), Is.EqualTo(layouts[record].Size), layouts[record].Name);
        Assert.That(Lk.RecordSize(layouts.Length), Is.EqualTo(-1));
    }

    [TestCaseSource(nameof(HandWritten))]
    public void IsTheSameByHandAsGenerated(object layout)
    {
        var byHand = (RecordLayout)layout;
        var generated = RecordLayouts.All().Single(other => other.Name == byHand.Name);
        Assert.That(byHand.Size, Is.EqualTo(generated.Size));
        Assert.That(byHand.Fields, Is.EqualTo(generated.Fields));
    }

    [Test]
    public void HasFieldsInRisingOrderWithinTheRecord()
    {
        foreach (var layout in RecordLayouts.All())
        {
            var offsets = layout.Fields.Select(field => field.Offset).ToArray();
            Assert.That(offsets, Is.Ordered.And.Unique, layout.Name);
            Assert.That(offsets[0], Is.Zero, layout.Name);
            Assert.That(offsets[^1], Is.LessThan(layout.Size), layout.Name);
        }
    }
}
