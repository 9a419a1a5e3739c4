using LlamaInterop.Gguf;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Tools.Conversion;

namespace LlamaInterop.Tests.Cli;

internal sealed class ConvertCommandTests
{
    private TemporaryFolder _folder = null!;
    private string _model = "", _output = "";

    [SetUp]
    public void WriteModel()
    {
        _folder = new TemporaryFolder();
        _model = TinyCheckpoint.Write(_folder.File("m"), "BF16");
        _output = _folder.File("out.gguf");
    }

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [TestCase("-o", "auto", GgufTensorType.BF16)]
    [TestCase("--outfile", "f32", GgufTensorType.F32)]
    [TestCase("--output", "q8_0", GgufTensorType.Q8_0)]
    public void ConvertsAndSaysWhat(string flag, string type, GgufTensorType expected)
    {
        var session = CommandLineSession.Run("convert", _model, flag, _output, "--outtype", type, "--no-vocab", "--model-name", "Tiny");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((0, "")));
        Assert.That(session.Text, Does.Match($@"^{_output}: llama, 21 tensors, 16,544 parameters, [0-9.]+ KiB, {expected}\n$"));
        using GgufFile file = GgufFile.Open(_output);
        Assert.That((file.GetTensor("output.weight").Type, file.Metadata.GetString("general.name")), Is.EqualTo((expected, "Tiny")));
    }

    [Test]
    public void ListsTensorsInADryRun()
    {
        var session = CommandLineSession.Run("convert", _model, "-o", _output, "--no-vocab", "--dry-run");
        Assert.That(session.Text, Does.Match(@"blk\.0\.ffn_down\.weight +BF16  \[48, 32\]\n").And.Match(@"output_norm\.weight +F32   \[32\]\n"));
        Assert.That(File.Exists(_output), Is.False);
    }

    [Test]
    public void DividesTheOutput()
    {
        var session = CommandLineSession.Run("convert", _model, "-o", _output, "--no-vocab", "--split-max-tensors", "11");
        Assert.That(session.Text, Does.Contain("out-00001-of-00002.gguf and 1 more"));
        using GgufFile file = GgufFile.Open(_folder.File("out-00001-of-00002.gguf"));
        Assert.That(file.Tensors, Has.Count.EqualTo(21));
    }

    [TestCase(2, "leave nothing to convert", "--no-vocab", "--vocab-only")]
    [TestCase(2, "--outtype", "--outtype", "q9")]
    [TestCase(2, "--split-max-tensors: 0 is below 1", "--split-max-tensors", "0")]
    [TestCase(2, "--split-max-size: '5' is not a number above 0 with M or G behind it", "--split-max-size", "5")]
    [TestCase(2, "--threads: -1 is below 0", "-t", "-1")]
    [TestCase(2, "-o, the file to write, is empty", "-o", "")]
    [TestCase(1, "no tokenizer")]
    [TestCase(1, "no tokenizer", "--vocab-only")]
    public void RefusesInOneLine(int code, string reason, params string[] flags)
    {
        var session = CommandLineSession.Run(["convert", _model, .. flags]);
        Assert.That(session.ExitCode, Is.EqualTo(code), session.Error);
        Assert.That(session.Error, Does.Match(@"^error: [^\n]+\n").And.Contains(reason));
    }

    [Test]
    public void RefusesAMissingModel()
    {
        var session = CommandLineSession.Run("convert", _folder.File("nowhere"), "--no-vocab");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {_folder.File("nowhere")}: no such file or folder\n")));
    }
}
