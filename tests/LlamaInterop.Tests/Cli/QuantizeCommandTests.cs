using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Tools;

namespace LlamaInterop.Tests.Cli;

internal sealed class QuantizeCommandTests
{
    private readonly TinyModel _tiny = new(GgufTensorType.F16);
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    private string Out => _folder.File("out.gguf");

    [TestCase("q4_k_m")]
    [TestCase("15", "2")]
    [TestCase("Q4_K", "-t", "2")]
    public void WritesTheFileAndATable(params string[] typeAndThreads)
    {
        var session = CommandLineSession.Run(["quantize", _tiny.Path, Out, .. typeAndThreads]);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((0, "")));
        string[] lines = session.Text.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Is.EqualTo("type     tensors          weights         size  bits a weight"));
        Assert.That(lines, Has.Some.Match(@"^Q4_K +\d+ +[\d,]+ +[\d.]+ [KM]iB +4\.5000$").And.Some.Match("^all ").And.Some.Match(@"^before .* 16\.\d{4}$"));
        Assert.That(lines[^2], Does.Match(@"^time [\d.]+ s, "));
        Assert.That(lines[^1], Does.StartWith($"wrote {Out}: "));
        using GgufFile file = GgufFile.Open(Out);
        Assert.That(file.Metadata.GetInt32("general.file_type"), Is.EqualTo(15));
    }

    [Test]
    public void TheOutputMayBeLeftOut()
    {
        string input = _folder.File("in.gguf");
        File.Copy(_tiny.Path, input);
        var session = CommandLineSession.Run("quantize", input, "q8_0", "1");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(Directory.GetFiles(_folder.Path).Select(Path.GetFileName), Is.EquivalentTo(new[] { "in.gguf", "ggml-model-Q8_0.gguf" }));
    }

    [Test]
    public void ADryRunListsTensorsAndWritesNothing()
    {
        var session = CommandLineSession.Run("quantize", "--dry-run", "--tensor-type", "attn_v=q8_0", _tiny.Path, Out, "iq2_xs");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(session.Text, Does.Match(@"blk\.0\.attn_v\.weight +256 x 128 +F16 +-> Q8_0 +64\.00 KiB -> +34\.00 KiB\n"));
        Assert.That(session.Text, Does.Match(@"blk\.0\.attn_q\.weight .*-> IQ2_XS .*\(needs --imatrix\)\n"));
        Assert.That(session.Text, Does.Match(@"output_norm\.weight +256 +F32 +-> F32 "));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public void ReadsRulesFromAFile()
    {
        string rules = _folder.Write("rules.txt", "attn_q=q5_0\nffn=q4_1\n"u8);
        var session = CommandLineSession.Run("quantize", "--dry-run", "--tensor-type-file", rules, _tiny.Path, "q4_k_m");
        Assert.That(session.Text, Does.Match(@"blk\.1\.attn_q\.weight .*-> Q5_0 ").And.Match(@"blk\.1\.ffn_down\.weight .*-> Q4_1 "));
    }

    [TestCase("IN.gguf is missing")]
    [TestCase("TYPE is missing", "in.gguf")]
    [TestCase("TYPE is missing: 'out.gguf' is none, and taken for the output", "in.gguf", "out.gguf")]
    [TestCase("OUT.gguf, the file to write, is empty", "in.gguf", "", "q4_0")]
    [TestCase("TYPE: there is no type 'q9', only F32, F16", "in.gguf", "out.gguf", "q9")]
    [TestCase("THREADS: 'many' is not a number", "in.gguf", "out.gguf", "q8_0", "many")]
    [TestCase("THREADS: 0 is not a number from 1 to 256", "in.gguf", "q8_0", "0")]
    [TestCase("-t: 300 is not a number from 1 to 256", "in.gguf", "q8_0", "-t", "300")]
    [TestCase("-t and THREADS say the same", "in.gguf", "q8_0", "2", "-t", "2")]
    [TestCase("unexpected argument '3'", "in.gguf", "q8_0", "2", "3")]
    [TestCase("--output-tensor-type: there is no element type 'q4_k_m', only F32", "in.gguf", "q8_0", "--output-tensor-type", "q4_k_m")]
    [TestCase("--token-embedding-type: there is no element type ''", "in.gguf", "q8_0", "--token-embedding-type", "")]
    [TestCase("--tensor-type: 'attn_v' is not of the form REGEX=TYPE", "in.gguf", "q8_0", "--tensor-type", "attn_v")]
    [TestCase("--prune-layers: '' is not a number", "in.gguf", "q8_0", "--prune-layers", "1,,2")]
    [TestCase("--override-kv: 'x' is not of the form", "in.gguf", "q8_0", "--override-kv", "x")]
    [TestCase("--include-weights and --exclude-weights exclude each other", "in.gguf", "q8_0", "--imatrix", "m", "--include-weights", "a", "--exclude-weights", "b")]
    [TestCase("--include-weights and --exclude-weights need --imatrix", "in.gguf", "q8_0", "--exclude-weights", "b")]
    public void MisuseIsOneLine(string reason, params string[] args)
    {
        var session = CommandLineSession.Run(["quantize", .. args]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.StartWith($"error: {reason}").And.Match(@"^[^\n]+\n$"));
    }

    [TestCase("no such file", "IN.none", "OUT", "q8_0")]
    [TestCase("it is what is being read", "IN", "IN", "q8_0")]
    [TestCase("without an importance matrix", "IN", "OUT", "iq1_s")]
    [TestCase("no such file", "IN", "OUT", "q8_0", "--imatrix", "none.gguf")]
    [TestCase("none.txt: no such file", "IN", "OUT", "q8_0", "--tensor-type-file", "none.txt")]
    [TestCase("layer 2 cannot be pruned", "IN", "OUT", "q8_0", "--prune-layers", "2")]
    public void FailuresAreOneLine(string reason, params string[] args)
    {
        var session = CommandLineSession.Run(["quantize", .. args.Select(arg => arg.Replace("IN", _tiny.Path).Replace("OUT", Out))]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.StartWith("error: ").And.Contain(reason).And.Match(@"^[^\n]+\n$"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }
}
