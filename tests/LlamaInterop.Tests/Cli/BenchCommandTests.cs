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
        Assert.That(lines[0], Does.Match(@"^\| model +\| +size \| +params \| backend \| isa +\| threads \| test \| +t/s \| +median \| +GB/s \| +of memory \| logits +\|$"));
        Assert.That(lines.Skip(2).Take(4), Is.All.Match(@"^\| synthetic tiny:q4_0 \| .* ± .* \| [0-9a-f]{16} \|$"));
        Assert.That(lines.Take(6).Select(line => line.Length), Is.All.EqualTo(lines[0].Length));
        Assert.That(session.Text, Does.Match(@"memory read by 2 threads: [\d.]+ GB/s").And.Match(@"program of 16 tokens: \d+ ops, \d+ phases; a layer [\d.]+ ops, [\d.]+ phases, with one row [\d.]+ barriers"));
    }

    /// <summary>Two layers of width 256 with a key and value width of 128 and a feed-forward length of 512.</summary>
    private const int MultiplyAddsOfTiny = 2 * 256 * (256 + 128 + 128 + 256 + (3 * 512));

    /// <summary>Two layers with queries and results of width 256.</summary>
    private static long AttentionMultiplyAddsOfTiny(double positionsSeen) => (long)(2 * (256 + 256) * positionsSeen);

    [Test]
    public void WritesJson()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "16", "-n", "4", "-d", "8", "-r", "3", "-t", "2", "-o", "json", "--profile");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        using var json = JsonDocument.Parse(session.Output);
        var (prefill, decode) = (json.RootElement[0], json.RootElement[1]);
        Assert.That(json.RootElement.EnumerateArray().Select(test => test.GetProperty("test").GetString()), Is.EqualTo(new[] { "pp16 @ d8", "tg4 @ d8" }));
        Assert.That((prefill.GetProperty("n_threads").GetInt32(), prefill.GetProperty("n_prompt").GetInt32(), prefill.GetProperty("n_gen").GetInt32(), prefill.GetProperty("n_depth").GetInt32()), Is.EqualTo((2, 16, 0, 8)));
        Assert.That((prefill.GetProperty("samples_ts").GetArrayLength(), prefill.GetProperty("samples_ns").GetArrayLength()), Is.EqualTo((3, 3)));
        Assert.That(prefill.GetProperty("bytes_per_second").ValueKind, Is.EqualTo(JsonValueKind.Null), "prefill is not limited by reading");
        Assert.That(decode.GetProperty("bytes_per_second").GetDouble(), Is.GreaterThan(0));
        Assert.That(decode.GetProperty("multiply_adds_per_token").GetInt64(), Is.EqualTo(MultiplyAddsOfTiny).Within(1).Percent);
        Assert.That(prefill.GetProperty("attention_multiply_adds_per_token").GetInt64(), Is.EqualTo(AttentionMultiplyAddsOfTiny(8 + 8.5)));
        Assert.That(decode.GetProperty("attention_multiply_adds_per_token").GetInt64(), Is.EqualTo(AttentionMultiplyAddsOfTiny(8 + 2.5)));
        Assert.That(decode.GetProperty("share_of_memory").GetDouble(), Is.GreaterThan(0));
        Assert.That(decode.GetProperty("profile")[0].GetProperty("ns").GetInt64(), Is.GreaterThan(0));
        Assert.That(decode.GetProperty("avg_ns").GetInt64(), Is.EqualTo(decode.GetProperty("samples_ns").EnumerateArray().Average(sample => sample.GetDouble())).Within(1));
    }

    [Test]
    public void RepeatedNumbersAddUp()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "4,8", "-n", "1", "-p", "16", "-n", "0", "-r", "1", "-t", "1", "-t", "2", "-o", "csv");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        string[] tests = ["pp4", "pp8", "pp16", "tg1"];
        Assert.That(session.Text.TrimEnd().Split('\n').Skip(1).Select(line => tests.Single(test => line.Contains($"\"{test}\""))), Is.EqualTo(tests.Concat(tests)));
    }

    [Test]
    public void RefusesAPageThatIsAFolderBeforeMeasuring()
    {
        using var folder = new TemporaryFolder();
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "--html", folder.Path);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {folder.Path}: cannot be written: it is a folder\n")));
    }

    [Test]
    public void KeepsEveryPartOfTheModel()
    {
        using var folder = new TemporaryFolder();
        Assert.That(CommandLineSession.Run("gguf", "split", _tiny.Path, folder.File("part"), "--split-max-tensors", "10").ExitCode, Is.Zero);
        string[] parts = [.. Directory.GetFiles(folder.Path).Order()];
        byte[] second = File.ReadAllBytes(parts[1]);
        var session = CommandLineSession.Run("bench", "-m", parts[0], "-p", "4", "-n", "0", "-r", "1", "--html", parts[1]);
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {parts[1]}: cannot be written: it is what is being read\n")));
        Assert.That(File.ReadAllBytes(parts[1]), Is.EqualTo(second));
    }

    [TestCase("this build has no CUDA backend", "--backend", "cuda")]
    [TestCase("-ub: 0 is not a number from 1", "-ub", "0")]
    [TestCase("--repack and --no-repack exclude each other", "--repack", "--no-repack")]
    [TestCase("cannot be written: its folder is not there", "--html", "no-such-folder/page.html")]
    public void WritesNoModelThatItCouldNotMeasure(string message, params string[] flags)
    {
        using var folder = new TemporaryFolder();
        string model = folder.File("kept.gguf");
        File.WriteAllText(model, "kept");
        var session = CommandLineSession.Run(["bench", "--synthetic", "small:q4_0", "--write", model, .. flags]);
        Assert.That(session.ExitCode, Is.Not.Zero);
        Assert.That(session.Error, Does.StartWith("error: ").And.Contain(message));
        Assert.That(File.ReadAllText(model), Is.EqualTo("kept"));
    }

    /// <summary>The columns of llama-bench that this program can fill, by its names.</summary>
    private static readonly string[] s_columns =
    [
        "build_commit", "cpu_info", "backends", "model_filename", "model_type", "model_size", "model_n_params", "n_ubatch", "n_threads", "type_k", "type_v",
        "n_prompt", "n_gen", "n_depth", "test_time", "avg_ns", "stddev_ns", "avg_ts", "stddev_ts",
    ];

    [Test]
    public void WritesALineATest()
    {
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "8", "-n", "2", "-pg", "8,2", "-r", "1", "-t", "1,2", "-o", "jsonl");
        string[] lines = session.Text.TrimEnd().Split('\n');
        var records = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(records.Select(record => (record.GetProperty("n_threads").GetInt32(), record.GetProperty("test").GetString())),
            Is.EqualTo(new[] { (1, "pp8"), (1, "tg2"), (1, "pp8+tg2"), (2, "pp8"), (2, "tg2"), (2, "pp8+tg2") }));
        Assert.That(records.Select(record => record.GetProperty("logits_hash").GetString()).Distinct().Count(), Is.EqualTo(3), "threads change nothing");
        Assert.That(records[0].EnumerateObject().Select(column => column.Name).Take(s_columns.Length), Is.EqualTo(s_columns));
    }

    [Test]
    public void WritesCsvAndSql()
    {
        string[] what = ["bench", "-m", _tiny.Path, "-p", "8", "-n", "2", "-r", "1", "-t", "1", "-o"];
        string[] csv = CommandLineSession.Run([.. what, "csv"]).Text.TrimEnd().Split('\n');
        Assert.That((csv.Length, csv[0].Split(',').Take(s_columns.Length)), Is.EqualTo((3, s_columns)));
        Assert.That(csv.Skip(1), Is.All.Match("^\"[^\"]*\"(,\"[^\"]*\")*$"));
        Assert.That(csv.Skip(1).Select(line => line.Split("\",\"").Length), Is.All.EqualTo(csv[0].Split(',').Length));
        string sql = CommandLineSession.Run([.. what, "sql"]).Text;
        Assert.That(sql, Does.StartWith("CREATE TABLE IF NOT EXISTS llama_bench (\n  build_commit TEXT,\n").And.Contain("  n_prompt INTEGER,\n").And.Contain("  avg_ts REAL,\n"));
        Assert.That(sql.Split("INSERT INTO llama_bench (build_commit, "), Has.Length.EqualTo(3));
    }

    [Test]
    public void DrawsAPageThatStandsAlone()
    {
        using var folder = new TemporaryFolder();
        var session = CommandLineSession.Run("bench", "-m", _tiny.Path, "-p", "8", "-n", "2", "-d", "0,8", "-r", "1", "-t", "1,2", "--html", folder.File("bench.html"));
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        string page = File.ReadAllText(folder.File("bench.html"));
        Assert.That(page, Does.StartWith("<!DOCTYPE html>").And.Contain("<svg").And.Contain("By threads").And.Contain("tg2 @ d8").And.Not.Contain("http").And.Not.Contain("NaN"));
        var drawings = System.Text.RegularExpressions.Regex.Matches(page, "<svg.*?</svg>", System.Text.RegularExpressions.RegexOptions.Singleline);
        Assert.That(drawings, Has.Count.EqualTo(3));
        foreach (var drawing in drawings.Select(match => System.Xml.Linq.XElement.Parse(match.Value)))
            Assert.That(drawing.Descendants(), Is.Not.Empty);
    }

    [Test]
    public void WritesASyntheticModelOnlyWhole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("none/model.gguf");
        var session = CommandLineSession.Run("bench", "--synthetic", "small:q4_0", "--write", path);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((1, "")));
        Assert.That(session.Error, Is.EqualTo($"error: {path}: cannot be written: its folder is not there\n"));
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
    [TestCase("-pg: '5' is not of the form N,N", "-pg", "5")]
    [TestCase("-pg: '0' is not a number from 1", "-pg", "0,1")]
    [TestCase("-o: 'xml' is not one of md, json, jsonl, csv, sql", "-o", "xml")]
    [TestCase("--html, the file to write, is empty", "--html", "")]
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
