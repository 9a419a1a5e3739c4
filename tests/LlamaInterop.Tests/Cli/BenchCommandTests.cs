using System.Text.Json;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Tools;

namespace LlamaInterop.Tests.Cli;

internal sealed class BenchCommandTests
{
    private readonly TinyModel _tiny = new();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    [Test]
    public void PrintsATable()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "16", "-n", "4", "-r", "2", "-t", "1,2");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        string[] lines = session.Text.Split('\n');
        Assert.That(lines[0], Does.Match(@"^\| model +\| +size \| +params \| backend \| isa +\| threads \| test \| +t/s \| +median \| +GB/s \| logits +\|$"));
        Assert.That(lines.Skip(2).Take(4), Is.All.Match(@"^\| synthetic tiny:q4_0 \| .* ± .* \| [0-9a-f]{16} \|$"));
        Assert.That(lines.Take(6).Select(line => line.Length), Is.All.EqualTo(lines[0].Length));
        Assert.That(session.Text, Does.Match(@"memory read by 2 threads: [\d.]+ GB/s").And.Match(@"program of 16 tokens: \d+ ops, \d+ phases \(barriers\); a layer \d+ ops, \d+ phases"));
    }

    [Test]
    public void WritesJson()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "16", "-n", "4", "-d", "8", "-r", "3", "-t", "2", "-o", "json", "--profile");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        using var json = JsonDocument.Parse(session.Output);
        var run = json.RootElement.GetProperty("runs")[0];
        Assert.That(run.GetProperty("threads").GetInt32(), Is.EqualTo(2));
        Assert.That(run.GetProperty("tests").EnumerateArray().Select(test => test.GetProperty("test").GetString()), Is.EqualTo(new[] { "pp16 @ d8", "tg4 @ d8" }));
        Assert.That(run.GetProperty("tests")[0].GetProperty("samples_ts").GetArrayLength(), Is.EqualTo(3));
        Assert.That(run.GetProperty("tests")[0].TryGetProperty("bytes_per_second", out _), Is.False, "prefill is not limited by reading");
        Assert.That(run.GetProperty("tests")[1].GetProperty("bytes_per_second").GetDouble(), Is.GreaterThan(0));
        Assert.That(run.GetProperty("profiles")[1].GetProperty("ops")[0].GetProperty("ns").GetInt64(), Is.GreaterThan(0));
    }

    [Test]
    public void WritesASyntheticModelOnlyWhole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("none/model.gguf");
        var session = CommandLineSession.Run("bench", "--synthetic", "small:q4_0", "--write", path);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Does.Match($@"^making small:q4_0[^\n]*\nerror: [^\n]*{path}[^\n]*\n$"));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [TestCase("--synthetic: there is no shape 'huge', only small", "--synthetic", "huge:q4_0")]
    [TestCase("--synthetic: there is no type 'q9', only f32", "--synthetic", "small:q9")]
    [TestCase("--synthetic: 'small' is not of the form SHAPE:TYPE", "--synthetic", "small")]
    [TestCase("--model and --synthetic exclude each other", "--synthetic", "small:q4_0", "-m", "x.gguf")]
    [TestCase("--write needs --synthetic", "--write", "x.gguf")]
    [TestCase("-p: 'many' is not a number from 0", "-p", "many")]
    [TestCase("-n: '-1' is not a number from 0", "-n", "-1")]
    [TestCase("-d: '' is not a number from 0", "-d", "")]
    [TestCase("-t: '0' is not a number from 1 to 256", "-t", "2,0")]
    [TestCase("-r: 0 is not from 1 to 1000", "-r", "0")]
    [TestCase("-p and -n are both 0", "-p", "0", "-n", "0")]
    [TestCase("-o: 'csv' is not one of md, json", "-o", "csv")]
    public void RefusesInOneLine(string reason, params string[] args)
    {
        var session = CommandLineSession.Run(["bench", .. args]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.StartWith($"error: {reason}").And.Match(@"^[^\n]+\n$"));
    }

    [Test]
    public void AMissingFileIsOneLine()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path + ".none");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {_tiny.Path}.none: no such file\n")));
    }
}
