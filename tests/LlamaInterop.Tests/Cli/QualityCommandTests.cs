using System.Text.Json;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Cli;

internal sealed class QualityCommandTests
{
    private static readonly string[] s_small = ["-c", "64", "--chunks", "3", "-p", "8", "-n", "2", "-r", "1", "-t", "1,2"];

    private readonly TemporaryFolder _folder = new();
    private string _text = "";

    private static string Demo => Path.Combine(SharedData.RepositoryRoot, "models", "demo.gguf");

    [OneTimeSetUp]
    public void WriteText() => _text = _folder.Write("text.txt", System.Text.Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Once upon a time, there was a little dog named Max. He liked to play in the garden. ", 12))));

    [OneTimeTearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public void ComparesTypesInATableAndThreeFiles()
    {
        var session = CommandLineSession.Run(["quality", "-m", Demo, "-f", _text, "--types", "q8_0,q4_0,q2_k", "-o", _folder.File("report"), .. s_small]);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((0, "")));
        string[] lines = session.Text.TrimEnd().Split('\n');
        Assert.That(lines.Skip(2).Select(line => line.Split('|')[1].Trim()), Is.EqualTo(["base", "Q8_0", "Q4_0", "Q2_K"]));
        using var json = JsonDocument.Parse(File.ReadAllBytes(_folder.File("report.json")));
        var types = json.RootElement.GetProperty("types").EnumerateArray().ToList();
        Assert.That(types.Select(type => type.GetProperty("bytes").GetInt64()), Is.Ordered.Descending);
        Assert.That(types.Skip(1).Select(type => type.GetProperty("kld_mean").GetDouble()), Is.Ordered.Ascending.And.All.GreaterThan(0));
        Assert.That(types[1].GetProperty("same_top").GetDouble(), Is.GreaterThan(0.9));
        Assert.That(types[1].GetProperty("perplexity").GetDouble(), Is.EqualTo(types[0].GetProperty("perplexity").GetDouble()).Within(2).Percent);
        Assert.That(types.Select(type => type.GetProperty("decode_ms_2_threads").GetDouble()), Is.All.GreaterThan(0));
        string[] csv = File.ReadAllLines(_folder.File("report.csv"));
        Assert.That(csv, Has.Length.EqualTo(5).And.All.Matches<string>(line => line.Split(',').Length == csv[0].Split(',').Length));
        Assert.That(File.ReadAllText(_folder.File("report.html")), Does.StartWith("<!DOCTYPE html>").And.Contain("Q4_0").And.Contain("<svg").And.Not.Contain("http"));
    }

    [Test]
    public void KeepsTheQuantizedFilesWhereAsked()
    {
        string kept = Directory.CreateDirectory(_folder.File("kept")).FullName;
        Assert.That(CommandLineSession.Run(["quality", "-m", Demo, "-f", _text, "--types", "q8_0", "--keep", kept, .. s_small]).ExitCode, Is.Zero);
        Assert.That(Directory.GetFiles(kept).Select(Path.GetFileName), Is.EqualTo(["Q8_0.gguf"]));
    }

    [TestCase("--types: there is no type 'q9'", "--types", "q9")]
    [TestCase("-t: '0' is not a number from 1 to 256", "-t", "0")]
    [TestCase("-c: 2 is not from 4", "-c", "2")]
    [TestCase("-r: 0 is not from 1", "-r", "0")]
    [TestCase("-o, the results' name, is empty", "-o", "")]
    [TestCase("--keep: /none/such is not a folder", "--keep", "/none/such")]
    public void RefusesInOneLine(string reason, params string[] args)
    {
        var session = CommandLineSession.Run(["quality", "-m", Demo, "-f", _text, .. args]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.StartWith($"error: {reason}").And.Match(@"^[^\n]+\n$"));
    }

    [Test]
    public void NeedsATextThatIsLongEnough()
    {
        Assert.That(CommandLineSession.Run("quality", "-m", Demo).Error, Is.EqualTo("error: -f, the text to measure with, is missing\n"));
        var session = CommandLineSession.Run("quality", "-m", Demo, "-f", _folder.Write("short.txt", "Once"u8), "-c", "64");
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.Match(@"^error: [^\n]+\n$"));
    }
}
