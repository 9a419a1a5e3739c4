using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;

namespace LlamaInterop.Tests.Cli;

internal sealed class ProcessorFlagsTests
{
    [TestCase("3", new[] { 0, 1 })]
    [TestCase("0x3", new[] { 0, 1 })]
    [TestCase("F0", new[] { 4, 5, 6, 7 })]
    [TestCase("0X80000000000000001", new[] { 0, 67 })]
    public void ReadsAMask(string mask, int[] expected)
    {
        Assert.That(Read("-C", mask).Processors, Is.EqualTo(expected));
        Assert.That(Read("--cpu-mask", mask).Processors, Is.EqualTo(expected));
    }

    [TestCase("0-2", new[] { 0, 1, 2 })]
    [TestCase("7-7", new[] { 7 })]
    public void ReadsARange(string range, int[] expected)
    {
        Assert.That(Read("-Cr", range).Processors, Is.EqualTo(expected));
        Assert.That(Read("--cpu-range", range).Processors, Is.EqualTo(expected));
    }

    [Test]
    public void AddsTheRangeToTheMask() => Assert.That(Read("-C", "9", "-Cr", "2-3").Processors, Is.EqualTo(new[] { 0, 2, 3 }));

    [Test]
    public void EachFlagReachesItsOption()
    {
        var read = Read("--cpu-strict", "1", "--prio", "-1", "--poll", "0", "--numa", "distribute");
        Assert.That(
            (read.OneProcessorEach, read.Priority, read.SpinMicroseconds, read.Numa),
            Is.EqualTo((true, ComputePriority.Low, 0, NumaPlacement.Distribute)));
    }

    [Test]
    public void TakesTheFlagsOfBatchesWhereTheySayTheSame()
    {
        var read = Read("-C", "3", "-Cb", "3", "-Cr", "0-1", "-Crb", "0-1", "--cpu-strict-batch", "0", "--prio-batch", "0", "--poll-batch", "50");
        Assert.That(read.Processors, Is.EqualTo(new[] { 0, 1 }));
    }

    [TestCase("-C", "", "--cpu-mask: '' is not a hexadecimal number")]
    [TestCase("-C", "0x", "--cpu-mask: '0x' is not a hexadecimal number")]
    [TestCase("-C", "3g", "--cpu-mask: '3g' is not a hexadecimal number")]
    [TestCase("-C", "0", "--cpu-mask: '0' has no bit set: threads could run nowhere")]
    [TestCase("-Cr", "3", "--cpu-range: '3' is not of the form LO-HI")]
    [TestCase("-Cr", "3-1", "--cpu-range: '3-1' is not of the form LO-HI")]
    [TestCase("-Cr", "1-x", "--cpu-range: '1-x' is not of the form LO-HI")]
    [TestCase("-Cr", "0-1024", "--cpu-range: processor 1024 is beyond 1023")]
    [TestCase("-Cr", "0-99999999999", "--cpu-range: '0-99999999999' is not of the form LO-HI")]
    [TestCase("--cpu-strict", "2", "--cpu-strict: 2 is not a number from 0 to 1")]
    [TestCase("--prio", "4", "--prio: 4 is not a number from -1 to 3")]
    [TestCase("--poll", "101", "--poll: 101 is not a number from 0 to 100")]
    [TestCase("-Cb", "1", "--cpu-mask-batch: the same threads compute prompts and answers here; leave it out, or give --cpu-mask the same value")]
    [TestCase("--poll-batch", "10", "--poll-batch: the same threads compute prompts and answers here; leave it out, or give --poll the same value")]
    public void Refuses(string flag, string value, string message) =>
        Assert.That(() => Read(flag, value), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    [Test]
    public void RefusesAMaskBeyondAllProcessors() => Assert.That(
        () => Read("-C", "1" + new string('0', 256)), Throws.TypeOf<UsageException>().With.Message.EqualTo("--cpu-mask: processor 1024 is beyond 1023"));

    [Test]
    public void TakesThreadsOfBatchesWhereTheySayTheSame()
    {
        Assert.That(Map("-t", "2", "-tb", "2").Threads, Is.EqualTo(2));
        Assert.That(Map("--threads-batch", "-1").Threads, Is.Zero);
        Assert.That(() => Map("-t", "2", "-tb", "4"), Throws.TypeOf<UsageException>().With.Message.StartsWith("--threads-batch: 4 is not what --threads is (2)"));
    }

    private static ThreadPlacement Read(params string[] args) => Map(args).Placement;

    private static LlamaModelOptions Map(params string[] args) =>
        OptionParser.Parse<RunOptions>(FlagTable.Of(typeof(RunOptions)), args)!.ToModelOptions(null);
}
