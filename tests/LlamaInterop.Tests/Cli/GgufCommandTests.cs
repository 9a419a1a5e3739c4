using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

/// <summary>The verbs of the group <c>gguf</c>, as they are typed.</summary>
internal sealed class GgufCommandTests
{
    private TemporaryFolder _folder = null!;
    private string _model = "";

    [SetUp]
    public void MakeModel()
    {
        _folder = new();
        _model = _folder.File("model.gguf");
        GgufSamples.Llama().Write(_model);
    }

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void SplitsAndMerges()
    {
        var split = CommandLineSession.Run("gguf", "split", _model, "--max-tensors", "5");
        Assert.That((split.ExitCode, split.Error), Is.EqualTo((0, "")));
        string[] parts = split.Text.TrimEnd().Split('\n');
        Assert.That(parts, Has.Length.EqualTo(3).And.All.Matches<string>(File.Exists));
        var merge = CommandLineSession.Run("gguf", "merge", parts[0], _folder.File("out.gguf"));
        Assert.That((merge.ExitCode, merge.Text, merge.Error), Is.EqualTo((0, "", "")));
        Assert.That(File.ReadAllBytes(_folder.File("out.gguf")), Is.EqualTo(File.ReadAllBytes(_model)));
    }

    [Test]
    public void APlanWritesNothing()
    {
        var session = CommandLineSession.Run("gguf", "split", _model, "--split-max-size", "1M", "--dry-run");
        Assert.That(session.Text, Does.Match(@"^part 1 of 1: 12 tensors, \d+\.\d\d KiB\n$"));
        Assert.That(Directory.GetFiles(_folder.Path), Is.EqualTo([_model]));
    }

    [TestCase("1")]
    [TestCase("M")]
    [TestCase("0G")]
    [TestCase("-1M")]
    [TestCase("99999999999999999G")]
    public void RefusesSizesThatAreNone(string size)
    {
        var session = CommandLineSession.Run("gguf", "split", _model, "--max-size", size);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, $"error: --max-size: '{size}' is not a number above 0 with M or G behind it\n")));
    }

    [TestCase("general.name", "new name", "new name")]
    [TestCase("llama.block_count", "7", "7")]
    public void SetsAKeyOfTheTypeItHas(string key, string value, string shown)
    {
        Assert.That(CommandLineSession.Run("gguf", "set", _model, key, value).ExitCode, Is.EqualTo(0));
        using var file = GgufFile.Open(_model);
        Assert.That(file.Metadata.Get(key).ToString(), Is.EqualTo(shown));
    }

    [Test]
    public void SetsANewKeyOfAStatedType()
    {
        Assert.That(CommandLineSession.Run("gguf", "set", _model, "new.key", "-1", "--type", "int32").ExitCode, Is.EqualTo(0));
        Assert.That(CommandLineSession.Run("gguf", "set", _model, "new.list", "[\"a\"]", "--type", "string[]", "-o", _folder.File("other.gguf")).ExitCode, Is.EqualTo(0));
        using var file = GgufFile.Open(_folder.File("other.gguf"));
        Assert.That((file.Metadata.GetInt32("new.key"), file.Metadata.GetStringArray("new.list")), Is.EqualTo((-1, new[] { "a" })));
        Assert.That(CommandLineSession.Run("gguf", "set", _folder.File("other.gguf"), "new.key", "--remove").ExitCode, Is.EqualTo(0));
        Assert.That(CommandLineSession.Run("gguf", "dump", _folder.File("other.gguf")).Text, Does.Not.Contain("new.key").And.Contain("new.list"));
    }

    [TestCase("llama.block_count", "-1", "", "'-1' is not an integer from 0 to 4294967295")]
    [TestCase("new.key", "1", "", "--type says what type a new key has")]
    [TestCase("new.key", "1", "int33", "--type: 'int33'")]
    [TestCase("new.key", "1", "array", "--type: 'array'")]
    [TestCase("new.key", "1", "int32[]", "not a JSON array")]
    [TestCase("general.alignment", "3", "uint32", "general.alignment = 3 is not a power of two from 1 to 1073741824\n")]
    [TestCase("general.alignment", "1073741824", "uint32", "general.alignment above 65536 would make the file many times as long\n")]
    public void RefusesValuesThatDoNotFit(string key, string value, string type, string reason)
    {
        byte[] before = File.ReadAllBytes(_model);
        string[] typed = type.Length > 0 ? ["--type", type] : [];
        var session = CommandLineSession.Run(["gguf", "set", _model, key, value, .. typed]);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, session.Error)));
        Assert.That(session.Error, Does.Contain(reason).And.Not.Contain("Parameter"));
        Assert.That(File.ReadAllBytes(_model), Is.EqualTo(before));
    }

    [Test]
    public void AManifestIsFollowedUntilATensorChanges()
    {
        File.WriteAllText(_folder.File("manifest"), CommandLineSession.Run("gguf", "hash", _model, "--all").Text);
        var same = CommandLineSession.Run("gguf", "hash", _model, "-c", _folder.File("manifest"));
        Assert.That((same.ExitCode, same.Error), Is.EqualTo((0, "")));
        Assert.That(same.Text.TrimEnd().Split('\n'), Has.Length.EqualTo(13).And.All.StartsWith("sha256 ").And.All.EndsWith("  -  Ok"));
        GgufSamples.Llama(seed: 2).Write(_model);
        var changed = CommandLineSession.Run("gguf", "hash", _model, "-c", _folder.File("manifest"));
        Assert.That(changed.ExitCode, Is.EqualTo(1));
        Assert.That(changed.Error, Does.Contain("hashes are not those of"));
    }

    [Test]
    public void MetadataDoesNotChangeHashes()
    {
        string before = CommandLineSession.Run("gguf", "hash", _model, "--no-layer", "--uuid", "--xxh64").Text;
        CommandLineSession.Run("gguf", "set", _model, "general.name", "another");
        Assert.That(CommandLineSession.Run("gguf", "hash", _model, "--no-layer", "--uuid", "--xxh64").Text, Is.EqualTo(before));
        Assert.That(before, Does.Match("^xxh64     [0-9a-f]{16}  model.gguf\nuuid      [0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}  model.gguf\n$"));
    }

    [Test]
    public void RefusesAManifestThatIsNone()
    {
        File.WriteAllText(_folder.File("manifest"), "md5 123 x\n");
        var session = CommandLineSession.Run("gguf", "hash", _model, "-c", _folder.File("manifest"));
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {_folder.File("manifest")}: not a manifest of hashes: md5 123 x\n")));
    }

    [TestCase("/dev/zero", "is larger than 64 MiB"), Platform("Linux")]
    [TestCase("/none/such", "no such file")]
    public void RefusesAManifestThatCannotBeRead(string path, string reason)
    {
        var session = CommandLineSession.Run("gguf", "hash", _model, "-c", path);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {path}: {reason}\n")));
    }

    [Test]
    public void NamesDoNotReachTheTerminalAsTheyAre()
    {
        var writer = new GgufWriter();
        writer.AddTensor("a\nb\u001b[31m", GgufTensorType.F32, [1], new byte[4]);
        writer.Write(_model);
        Assert.That(CommandLineSession.Run("gguf", "hash", _model).Text.Split('\n'), Has.Length.EqualTo(3).And.All.Not.Contains("\u001b"));
        Assert.That(CommandLineSession.Run("gguf", "no\u001b[31m").Error, Does.Not.Contain("\u001b"));
    }

    [Test]
    public void DifferencesAreListedWithTheirSize()
    {
        var writer = GgufSamples.Llama(seed: 2);
        writer.Set("general.name", GgufValue.From("changed"));
        writer.Set("general.extra", GgufValue.From(1));
        writer.Write(_folder.File("other.gguf"));
        var same = CommandLineSession.Run("gguf", "diff", _model, _model);
        var other = CommandLineSession.Run("gguf", "diff", _model, _folder.File("other.gguf"));
        Assert.That((same.ExitCode, same.Text, other.ExitCode), Is.EqualTo((0, "", 1)));
        Assert.That(other.Text, Does.Contain("! key general.name: sample -> changed\n").And.Contain("+ key general.extra: 1\n")
            .And.Match(@"! tensor blk\.0\.attn_v\.weight: F32: 512 of 512 elements differ by at most 0\.\d+, squared error [12]\.\d+ of the squares\n"));
    }

    [Test]
    public void FindsElementsThatAreNotFinite()
    {
        Assert.That(CommandLineSession.Run("gguf", "check", _model).Text, Is.EqualTo($"{_model}: 21 keys and 12 tensors are sound\n"));
        var writer = new GgufWriter();
        writer.AddTensor("bad", GgufTensorType.F32, [4], MemoryMarshal.AsBytes<float>([1, float.NaN, 2, float.NegativeInfinity]).ToArray());
        writer.AddTensor("ids", GgufTensorType.I32, [1], new byte[4]);
        writer.Write(_model);
        var session = CommandLineSession.Run("gguf", "check", _model);
        Assert.That((session.ExitCode, session.Text, session.Error), Is.EqualTo((1,
            "bad: 1 NaN, 1 infinite, the first is element 1\nids: holds no weights, not looked into\n",
            $"error: {_model}: 1 of 2 tensors have elements that are not finite\n")));
    }

    [Test]
    public void TheGroupAloneNamesItsVerbs()
    {
        var session = CommandLineSession.Run("gguf");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((2, "error: gguf what? gguf dump, gguf check, gguf diff, gguf hash, gguf set, gguf split, gguf merge\n")));
        Assert.That(CommandLineSession.Run("gguf", "splt").Error, Does.Contain("did you mean gguf split?"));
        Assert.That(CommandLineSession.Run("help", "gguf", "split").Text, Does.StartWith("usage: llama-interop gguf split "));
        Assert.That(CommandLineSession.Run("gguf", "split", "-h").ExitCode, Is.EqualTo(0));
        var help = CommandLineSession.Run("gguf", "--help");
        Assert.That((help.ExitCode, help.Error), Is.EqualTo((0, "")));
        Assert.That(help.Text, Does.Contain("gguf merge").And.Not.Contain("perplexity"));
    }
}
