using System.Text.Json;
using LlamaInterop.Tests.Tools;

namespace LlamaInterop.Tests.Cli;

internal sealed class BatchedBenchCommandTests
{
    private readonly TinyModel _tiny = new();

    [OneTimeTearDown]
    public void RemoveModel() => _tiny.Dispose();

    [Test]
    public void PrintsATable()
    {
        var session = CommandLineSession.Run("batched-bench", "-m", _tiny.Path, "-npp", "16", "-ntg", "4", "-npl", "1,3", "-t", "2");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        string[] lines = session.Text.TrimEnd('\n').Split('\n');
        Assert.That(lines[0], Is.EqualTo("|    PP |     TG |    B |   N_KV |   T_PP s | S_PP t/s |   T_TG s | S_TG t/s |      T s |    S t/s |"));
        Assert.That(lines[2..], Has.Length.EqualTo(2).And.All.Match(@"^\| +16 \| +4 \| +[13] \| +(20|60) \|( +[\d.]+ \|){6}$"));
        Assert.That(lines.Select(line => line.Length), Is.All.InRange(lines[0].Length, lines[0].Length + 6), "a tiny model may be faster than llama.cpp's columns are wide");
    }

    [Test]
    public void WritesALineATest()
    {
        var session = CommandLineSession.Run(
            "batched-bench", "-m", _tiny.Path, "-npp", "16", "-ntg", "4", "-npl", "1,2", "-pps", "-t", "1", "-c", "24", "--output-format", "jsonl");
        Assert.That(session.ExitCode, Is.Zero, session.Error);
        var records = session.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.That(records.Select(record => (record.GetProperty("pl").GetInt32(), record.GetProperty("n_kv").GetInt32(), record.GetProperty("n_kv_max").GetInt32())), Is.EqualTo(new[] { (1, 20, 24), (2, 24, 24) }));
        Assert.That(records.Select(record => record.GetProperty("speed_tg").GetDouble()), Is.All.GreaterThan(0));
        Assert.That(records.Select(record => record.GetProperty("logits_hash").GetString()).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public void RepeatedNumbersAddUp()
    {
        var session = CommandLineSession.Run("batched-bench", "-m", _tiny.Path, "-npp", "4", "-npp", "8", "-ntg", "1", "-npl", "1", "-npl", "2", "-t", "1", "--output-format", "jsonl");
        var records = session.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement);
        Assert.That(records.Select(record => (record.GetProperty("pp").GetInt32(), record.GetProperty("pl").GetInt32())), Is.EqualTo(new[] { (4, 1), (4, 2), (8, 1), (8, 2) }));
    }

    [Test]
    public void SaysWhichTestsHaveNoRoom()
    {
        var session = CommandLineSession.Run("batched-bench", "-m", _tiny.Path, "-npp", "16", "-ntg", "4", "-npl", "1,2,4", "-t", "1", "-c", "40", "--output-format", "jsonl");
        Assert.That(session.Text.TrimEnd('\n').Split('\n'), Has.Length.EqualTo(2));
        Assert.That(session.Error, Does.Contain("-c 40 has no room for 4 sequences of 20 tokens"));
    }

    [TestCase("-npp: 'many' is not a number from 0", "-npp", "many")]
    [TestCase("-ntg: '-1' is not a number from 0", "-ntg", "-1")]
    [TestCase("-npl: '0' is not a number from 1 to 1024", "-npl", "1,0")]
    [TestCase("-npp and -ntg are both 0", "-npp", "0", "-ntg", "0")]
    [TestCase("-c: 10 tokens have room for none of the tests, the smallest of which needs 256", "-c", "10")]
    [TestCase("--output-format: 'csv' is not one of md, jsonl", "--output-format", "csv")]
    public void RefusesInOneLine(string reason, params string[] args)
    {
        var session = CommandLineSession.Run(["batched-bench", .. args]);
        Assert.That((session.ExitCode, session.Text), Is.EqualTo((2, "")));
        Assert.That(session.Error, Does.StartWith($"error: {reason}").And.Match(@"^[^\n]+\n$"));
    }

    [Test]
    public void AMissingFileIsOneLine()
    {
        var session = CommandLineSession.Run("batched-bench", "-m", _tiny.Path + ".none");
        Assert.That((session.ExitCode, session.Error), Is.EqualTo((1, $"error: {_tiny.Path}.none: no such file\n")));
    }
}
