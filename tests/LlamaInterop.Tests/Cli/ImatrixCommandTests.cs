using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Cli;

/// <summary>Importance matrices from the command line.</summary>
internal sealed class ImatrixCommandTests
{
    private readonly TemporaryFolder _folder = new();
    private string _model = "", _text = "";

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _model = new TinyModel().Write(_folder, "model.gguf");
        _text = _folder.Write("text.txt", [.. Enumerable.Range(0, 200).Select(i => (byte)('a' + (i * i % 26)))]);
    }

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    [Test]
    public void WritesTheMatrixAndPrintsThePerplexity()
    {
        string output = _folder.File("m.gguf");
        var session = Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", output);
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(session.Text, Does.StartWith("Final estimate: PPL = "));
        var matrix = ImportanceMatrix.Load(output);
        Assert.That((matrix.ChunkCount, matrix.ChunkSize, matrix.Names.Count), Is.EqualTo((6, 32, 14)));
        Assert.That(matrix.Datasets, Is.EqualTo(new[] { _text }));
    }

    /// <summary>More chunks are the same run, gone on with; another context is another run.</summary>
    [Test]
    public void GoesOnWithTheFileOfTheSameSettings()
    {
        string whole = _folder.File("whole.gguf"), resumed = _folder.File("resumed.gguf");
        Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", whole, "--no-ppl", "-ub", "32");
        Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", resumed, "--no-ppl", "-ub", "32", "--chunks", "4");
        var session = Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", resumed, "--no-ppl", "-ub", "32");
        Assert.That(session.Error, Does.Contain("going on after the 4 of 6 chunks"));
        Assert.That(File.ReadAllBytes(resumed), Is.EqualTo(File.ReadAllBytes(whole)));
        Assert.That(Imatrix("-m", _model, "-f", _text, "-c", "16", "-o", resumed, "--no-ppl").Error, Does.Contain("which will be replaced"));
        Assert.That(ImportanceMatrix.Load(resumed).ChunkSize, Is.EqualTo(16));
    }

    [Test]
    public void KeepsCopiesOnTheWay()
    {
        string output = _folder.File("copies.gguf");
        Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", output, "-ub", "32", "--save-frequency", "2");
        Assert.That(Directory.GetFiles(_folder.Path, "copies.gguf*").Select(Path.GetFileName), Is.EquivalentTo(new[] { "copies.gguf", "copies.gguf.at_2", "copies.gguf.at_4", "copies.gguf.at_6" }));
        Assert.That(ImportanceMatrix.Load(output + ".at_4").ChunkCount, Is.EqualTo(4));
    }

    [Test]
    public void JoinsFilesWithoutAModel()
    {
        string one = _folder.File("one.dat"), sum = _folder.File("sum.gguf");
        Imatrix("-m", _model, "-f", _text, "-c", "32", "-o", one, "--output-format", "dat");
        var session = Imatrix("--in-file", $"{one},{one}", "--in-file", one, "-o", sum, "-c", "32");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        Assert.That(ImportanceMatrix.Load(sum).ChunkCount, Is.EqualTo(18));
        Assert.That(Imatrix("--in-file", sum, "--show-statistics").Text, Does.StartWith("14 weights, 18 chunks of 32 tokens").And.Contain("attn_q"));
    }

    [TestCase("-f, the text, is missing")]
    [TestCase("--show-statistics needs one --in-file", "--show-statistics")]
    [TestCase("-o, the file to write, is empty", "-o", "")]
    [TestCase("is the model itself", "-f", "TEXT", "-o", "MODEL")]
    [TestCase("'xml' is not one of gguf, dat", "--output-format", "xml")]
    public void SaysHowItIsMisused(string message, params string[] args)
    {
        var session = Imatrix(["-m", _model, .. args.Select(arg => arg == "TEXT" ? _text : arg == "MODEL" ? _model : arg)]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.Contain(message));
    }

    private static CommandLineSession Imatrix(params string[] args) => CommandLineSession.Run(["imatrix", .. args]);
}
