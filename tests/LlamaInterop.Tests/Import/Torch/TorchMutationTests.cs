using LlamaInterop.Import;
using LlamaInterop.Import.Pickle;
using LlamaInterop.Import.Torch;
using LlamaInterop.Tests.Import.Pickle;

namespace LlamaInterop.Tests.Import.Torch;

/// <summary>Damaged pickles and archives: each opens and reads, or is refused by a named check.</summary>
internal sealed class TorchMutationTests
{
    private const int Seed = 20_26_12;

    private static readonly byte[] WholePickle = TorchImage.Pickle();
    private static readonly byte[] Whole = TorchImage.Checkpoint();

    /// <summary>Instructions put into a pickle: calls, floods, numbers beyond all limits.</summary>
    private static readonly byte[][] Hostile =
    [
        new PickleImage().Global("os", "system").Text("true").Op(PickleOpcode.TUPLE1, PickleOpcode.REDUCE).Bytes,
        new PickleImage().Global("torch", "FloatStorage").Op(PickleOpcode.EMPTY_TUPLE, PickleOpcode.REDUCE).Bytes,
        new PickleImage().Global("torch._tensor", "_rebuild_from_type_v2").Op(PickleOpcode.DUP, PickleOpcode.EMPTY_TUPLE, PickleOpcode.TUPLE2, PickleOpcode.REDUCE).Bytes,
        new PickleImage().Tensor("FloatStorage", "0", int.MaxValue, 0, [int.MaxValue], [int.MaxValue]).Bytes,
        new PickleImage().Tensor("LongStorage", "1", -1, -1, [0, -1], [0, 0]).Bytes,
        [.. new PickleImage().Op(PickleOpcode.BINUNICODE8).Bytes, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f],
        [.. new PickleImage().Op(PickleOpcode.LONG4).Bytes, 0xff, 0xff, 0xff, 0x7f],
        [.. new PickleImage().Op(PickleOpcode.LONG_BINGET).Bytes, 0xff, 0xff, 0xff, 0xff],
        [.. Enumerable.Repeat((byte)PickleOpcode.MARK, 1000)],
        [.. Enumerable.Repeat((byte)PickleOpcode.EMPTY_DICT, 1000)],
    ];

    [Test]
    public void EveryMutantPickleReadsOrIsRefused()
    {
        var outcomes = MutationRun.Run(Seed, "mutant.pt", MutatePickle, OpenAndRead);
        var reached = Enum.GetValues<ImportCheck>().Where(check => check.ToString().StartsWith("Pickle", StringComparison.Ordinal)).Select(check => check.ToString());
        Assert.That(reached.Except(outcomes.Keys), Is.Empty, "checks of pickles that no mutant ran into");
        Assert.That(outcomes, Does.ContainKey("opened"), "damage that does not matter is let pass");
    }

    [Test]
    public void EveryMutantArchiveReadsOrIsRefused()
    {
        var outcomes = MutationRun.Run(Seed + 1, "mutant.pt", random => MutationRun.Damage(Whole, random), OpenAndRead);
        Assert.That(outcomes, Does.ContainKey("Archive").And.ContainKey("opened"));
    }

    private static (byte[], string) MutatePickle(Random random)
    {
        int at = random.Next(2, WholePickle.Length);
        switch (random.Next(4))
        {
            case 0:
                int which = random.Next(Hostile.Length);
                return (TorchImage.Zip([.. WholePickle[..at], .. Hostile[which], .. WholePickle[at..]]), $"hostile instructions {which} put in at {at}");
            case 1:
                var flipped = (byte[])WholePickle.Clone();
                flipped[at] ^= (byte)(1 << random.Next(8));
                return (TorchImage.Zip(flipped), $"one bit flipped at {at}");
            default:
                var (bytes, damage) = MutationRun.Damage(WholePickle, random);
                return (TorchImage.Zip(bytes), damage);
        }
    }

    private static void OpenAndRead(string path)
    {
        using var checkpoint = TorchCheckpoint.Open(path);
        foreach (var tensor in checkpoint.Tensors)
            tensor.ReadRows(0, new float[tensor.ElementCount]);
    }
}
