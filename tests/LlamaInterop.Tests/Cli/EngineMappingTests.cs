using LlamaInterop.Cli;
using LlamaInterop.Cli.Arguments;
using LlamaInterop.Cli.Options;
using LlamaInterop.Models;

namespace LlamaInterop.Tests.Cli;

internal sealed class EngineMappingTests
{
    [Test]
    public void NothingTypedChangesNothing()
    {
        var mapped = Map();
        foreach (var property in typeof(LlamaModelOptions).GetProperties())
            Assert.That(property.GetValue(mapped), Is.EqualTo(property.GetValue(new LlamaModelOptions())), property.Name);
    }

    [Test]
    public void EachFlagReachesItsOption()
    {
        var mapped = Map("--backend", "cpu", "-t", "3", "-c", "100", "-b", "64", "-ub", "32", "-ctk", "f32", "-ctv", "f16", "--no-mmap", "--mlock", "--override-kv", "a=int:1");
        Assert.Multiple(() =>
        {
            Assert.That((mapped.Backend, mapped.Threads, mapped.ContextSize, mapped.BatchSize), Is.EqualTo((BackendChoice.Cpu, 3, 100, 32)));
            Assert.That((mapped.KeyCache, mapped.ValueCache, mapped.UseMapping, mapped.LockMemory), Is.EqualTo((CacheType.F32, CacheType.F16, false, true)));
            Assert.That(mapped.Overrides.Single().Key, Is.EqualTo("a"));
        });
    }

    [TestCase("-m x", RepackChoice.Auto)]
    [TestCase("--no-repack", RepackChoice.Never)]
    [TestCase("-nr", RepackChoice.Never)]
    [TestCase("--repack", RepackChoice.Always)]
    public void RepackingIsAChoice(string typed, RepackChoice choice) => Assert.That(Map(typed.Split(' ')).Repack, Is.EqualTo(choice));

    [TestCase("-m x", ActivationPrecision.Auto)]
    [TestCase("--activations plain", ActivationPrecision.Plain)]
    [TestCase("--activations refined", ActivationPrecision.Refined)]
    public void PrecisionOfActivationsIsAChoice(string typed, ActivationPrecision choice) => Assert.That(Map(typed.Split(' ')).Activations, Is.EqualTo(choice));

    [Test]
    public void RefusesToRepackAndNotTo() => Assert.That(
        () => Map("--repack", "-nr"), Throws.TypeOf<UsageException>().With.Message.EqualTo("--repack and --no-repack exclude each other"));

    [Test]
    public void RopeFlagsReachTheirSettings()
    {
        var mapped = Map(("--rope-scaling yarn --rope-scale 4 --rope-freq-base 5e5 --yarn-orig-ctx 2048 --yarn-ext-factor 0 "
            + "--yarn-attn-factor 1 --yarn-beta-fast 16 --yarn-beta-slow 2").Split(' '));
        Assert.That(mapped.Rope, Is.EqualTo(new RopeOverrides(RopeScalingKind.Yarn, 5e5f, 0.25f, 2048, 0, 1, 16, 2)));
    }

    [Test]
    public void LlamaCppsWordsForTheModelsOwnSettingMeanIt()
    {
        var mapped = Map(("--rope-scale 0 --rope-freq-base 0 --yarn-orig-ctx 0 --yarn-ext-factor -1 --yarn-attn-factor -1 "
            + "--yarn-beta-fast -1 --yarn-beta-slow -1").Split(' '));
        Assert.That(mapped.Rope, Is.EqualTo(default(RopeOverrides)));
    }

    [Test]
    public void RefusesTwoScales() => Assert.That(
        () => Map("--rope-scale", "2", "--rope-freq-scale", "0.5"),
        Throws.TypeOf<UsageException>().With.Message.EqualTo("only one of --rope-scale and --rope-freq-scale can be given"));

    [TestCase("-t", "-2", "-t: -2 is not a number from -1 to 256")]
    [TestCase("-t", "257", "-t: 257 is not a number from -1 to 256")]
    [TestCase("-c", "-1", "-c: -1 is not a number from 0 to 2147483647")]
    [TestCase("-b", "0", "-b: 0 is not a number from 1 to 2147483647")]
    [TestCase("-ub", "0", "-ub: 0 is not a number from 1 to 65536")]
    public void RefusesANumberOutOfRange(string flag, string value, string message) =>
        Assert.That(() => Map(flag, value), Throws.TypeOf<UsageException>().With.Message.EqualTo(message));

    private static LlamaModelOptions Map(params string[] args) =>
        OptionParser.Parse<RunOptions>(FlagTable.Of(typeof(RunOptions)), args)!.ToModelOptions(null);
}
