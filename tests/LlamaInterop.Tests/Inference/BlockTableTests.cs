using LlamaInterop.Inference;

namespace LlamaInterop.Tests.Inference;

internal sealed class BlockTableTests
{
    private readonly List<(int From, int To)> _copies = [];

    [Test]
    public void EntriesTellBlockPositionAndValidRows()
    {
        using BlockTable table = Filled(Group(), 130);
        Assert.That(table.Entries, Is.EqualTo(new BlockEntry[] { new(0, 0, 0, 64), new(1, 64, 0, 64), new(2, 128, 0, 2) }));
    }

    [Test]
    public void SlotIsBlockTimesSizePlusRow()
    {
        using BlockTable table = Filled(Group(), 65);
        Assert.That(table.Append(65), Is.EqualTo(64 + 1));
    }

    [Test]
    public void ForkSharesBlocksUntilOneOfBothWrites()
    {
        CacheGroup group = Group();
        using BlockTable table = Filled(group, 70);
        using BlockTable fork = table.Fork();
        Assert.That(group.Pool.FreeCount, Is.EqualTo(group.Pool.Count - 2));
        fork.Append(70);
        Assert.That(_copies, Is.EqualTo(new[] { (1, 2) }), "the partly filled block, into a new one");
        table.Append(70);
        Assert.That(_copies, Has.Count.EqualTo(1), "the origin is alone with its block again");
        Assert.That(fork.Entries[0], Is.EqualTo(table.Entries[0]));
        Assert.That(fork.Entries[1].Block, Is.Not.EqualTo(table.Entries[1].Block));
    }

    [Test]
    public void FullBlocksAreNeverCopied()
    {
        using BlockTable table = Filled(Group(), 64);
        using BlockTable fork = table.Fork();
        fork.Append(64);
        table.Append(64);
        Assert.That(_copies, Is.Empty);
    }

    [Test]
    public void CutGivesWholeBlocksBack([Values(0, 1, 64, 65, 128, 129)] int length)
    {
        CacheGroup group = Group();
        using BlockTable table = Filled(group, 130);
        table.Truncate(length);
        Assert.That(table.Count, Is.EqualTo((length + 63) / 64));
        Assert.That(group.Pool.Count - group.Pool.FreeCount, Is.EqualTo(table.Count));
    }

    [Test]
    public void WindowDropsWhatNoComingTokenSees([Values(1, 2, 40, 64, 65, 100)] int window)
    {
        CacheGroup group = Group(window);
        using var table = new BlockTable(group);
        for (int position = 0; position < 400; position++)
        {
            table.DropUnseen(position);
            table.Append(position);
            int firstSeen = Math.Max(0, position - window + 1);
            Assert.That(table.FirstHeld, Is.InRange(Math.Max(0, firstSeen - 63), firstSeen), $"at {position}");
            Assert.That(table.Count, Is.LessThanOrEqualTo(group.MaxEntries));
        }
    }

    [Test]
    public void EmptyPoolRefuses()
    {
        var pool = new BlockPool(2);
        pool.Rent();
        int second = pool.Rent();
        Assert.That(pool.Rent, Throws.InstanceOf<CacheFullException>());
        pool.Share(second);
        pool.Return(second);
        Assert.That(pool.FreeCount, Is.Zero, "it has an owner left");
        pool.Return(second);
        Assert.That(pool.Rent(), Is.EqualTo(second));
    }

    [TestCase(1, 0, 512, ExpectedResult = 1)]
    [TestCase(64, 0, 512, ExpectedResult = 1)]
    [TestCase(65, 0, 512, ExpectedResult = 2)]
    [TestCase(int.MaxValue, 0, 512, ExpectedResult = 1 << 25)]
    [TestCase(4096, 100, 1, ExpectedResult = 4)]
    [TestCase(128, 100, 512, ExpectedResult = 2)]
    [TestCase(int.MaxValue, int.MaxValue, 65536, ExpectedResult = 1 << 25)]
    public int EntriesCoverTheWindowAndAStep(int context, int window, int batch) => CacheGroup.EntriesFor(context, window, batch);

    private CacheGroup Group(int window = 0)
    {
        _copies.Clear();
        var group = new CacheGroup(window, CacheGroup.EntriesFor(512, window, 1), sequences: 2, (_, from, to) => _copies.Add((from, to)));
        group.AddTensor("k", LlamaInterop.Native.LkType.F16, headDim: 8, kvHeads: 1);
        return group;
    }

    private static BlockTable Filled(CacheGroup group, int length)
    {
        var table = new BlockTable(group);
        for (int position = 0; position < length; position++)
            table.Append(position);
        return table;
    }
}
